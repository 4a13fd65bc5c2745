package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import java.util.Comparator;

/**
 * Where an object is kept.
 *
 * @param type the type's store key
 * @param namespace "" for cluster-scoped objects
 */
public record Key(String type, String namespace, String name) implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
            Comparator.comparing(Key::type).thenComparing(Key::namespace).thenComparing(Key::name);

    /** The key of an object of that type. */
    public static Key of(ResourceType type, JsonNode object) {
        return new Key(
                type.storeKey(), type.namespaced() ? Json.meta(object, "namespace") : "", Json.meta(object, "name"));
    }

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }
}
