package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Function;

/**
 * What is kept of every object of a kind.
 *
 * @param facet what is wanted so often that it is kept at hand; takes objects of any shape
 * @param withManagers whether it is kept, too, who manages which field: often the larger half of an object
 */
public record Kept<F>(Function<ObjectNode, F> facet, boolean withManagers) {
    private static final String COPY = "kubectl.kubernetes.io/last-applied-configuration";

    /** At hand the name alone, and not who manages it. */
    public static Kept<ObjectName> lean() {
        return lean(ObjectName::of);
    }

    /** At hand that facet; not who manages which field. */
    public static <F> Kept<F> lean(Function<ObjectNode, F> facet) {
        return new Kept<>(facet, false);
    }

    /* Nobody here reads kubectl's copy of what was applied. */
    Held<F> of(ObjectNode object) {
        if (object.path("metadata") instanceof ObjectNode metadata) {
            if (!withManagers) {
                metadata.remove("managedFields");
            }
            if (metadata.path("annotations") instanceof ObjectNode annotations) {
                annotations.remove(COPY);
            }
        }
        return Held.of(object, facet.apply(object));
    }
}
