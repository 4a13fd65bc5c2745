package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * What is kept of every object of a kind.
 *
 * @param facet what is wanted so often that it is kept at hand; takes objects of any shape
 * @param managed what is kept of an entry that says who manages which fields; empty: nothing
 */
public record Kept<F>(Function<ObjectNode, F> facet, Function<JsonNode, Optional<ObjectNode>> managed) {
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
        return new Kept<>(facet, entry -> Optional.empty());
    }

    /** At hand that facet; who manages which field of the metadata, for the fields of a status are often more than all the rest. */
    public static <F> Kept<F> withManagers(Function<ObjectNode, F> facet) {
        return new Kept<>(facet, Kept::ofMetadata);
    }

    /** Nothing at hand; who manages which field, as far as it is that manager. */
    public static Kept<Nothing> withManager(String name) {
        return new Kept<>(
                object -> Nothing.AT_HAND,
                entry -> Optional.of(entry)
                        .filter(ObjectNode.class::isInstance)
                        .map(ObjectNode.class::cast)
                        .filter(one -> one.path("manager").asText().equals(name)));
    }

    /* Nobody here reads kubectl's copy of what was applied. */
    Held<F> of(ObjectNode object, Packing packing) {
        ObjectNode metadata = object.withObjectProperty("metadata");
        List<ObjectNode> entries = metadata.path("managedFields")
                .valueStream()
                .flatMap(entry -> managed.apply(entry).stream())
                .toList();
        metadata.remove("managedFields");
        if (!entries.isEmpty()) {
            metadata.putArray("managedFields").addAll(entries);
        }
        if (metadata.path("annotations") instanceof ObjectNode annotations) {
            annotations.remove(COPY);
        }
        return new Held<>(
                Held.version(metadata.path("resourceVersion").asText()), facet.apply(object), packing.pack(object));
    }

    private static Optional<ObjectNode> ofMetadata(JsonNode managed) {
        if (managed.path("fieldsV1") instanceof ObjectNode fields) {
            fields.retain("f:metadata");
        }
        return managed instanceof ObjectNode entry ? Optional.of(entry) : Optional.empty();
    }
}
