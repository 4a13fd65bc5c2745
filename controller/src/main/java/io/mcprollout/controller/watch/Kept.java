package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/**
 * What is kept of every object of a kind.
 *
 * @param facet what is wanted so often that it is kept at hand; takes objects of any shape
 * @param withManagers whether it is kept, too, who manages which field of the metadata
 */
public record Kept<F>(Function<ObjectNode, F> facet, boolean withManagers) {
    private static final String COPY = "kubectl.kubernetes.io/last-applied-configuration";

    /** For objects of which nothing is kept at hand. */
    public enum Nothing {
        /** It. */
        AT_HAND
    }

    /** Nothing at hand; not who manages which field. */
    public static Kept<Nothing> lean() {
        return lean(object -> Nothing.AT_HAND);
    }

    /** At hand that facet; not who manages which field. */
    public static <F> Kept<F> lean(Function<ObjectNode, F> facet) {
        return new Kept<>(facet, false);
    }

    /* Nobody here reads kubectl's copy of what was applied. */
    Held<F> of(ObjectNode object, Packing packing) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        if (withManagers) {
            metadata.path("managedFields").forEach(Kept::trim);
        } else {
            metadata.remove("managedFields");
        }
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(COPY);
        }
        return new Held<>(
                Held.version(metadata.path("resourceVersion").asText()),
                facet.apply(object),
                packing,
                packing.pack(object));
    }

    /* The fields of a status are often more than all the rest. */
    private static void trim(JsonNode managed) {
        if (managed.path("fieldsV1") instanceof ObjectNode fields) {
            fields.retain("f:metadata");
        }
    }
}
