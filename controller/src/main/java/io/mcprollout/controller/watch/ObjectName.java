package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.JsonNode;

/** What tells an object from the others of its kind. */
public record ObjectName(String namespace, String name) implements Comparable<ObjectName> {
    /** The name of an object in JSON. */
    public static ObjectName of(JsonNode object) {
        JsonNode metadata = object.path("metadata");
        return new ObjectName(
                metadata.path("namespace").asText(), metadata.path("name").asText());
    }

    /** The same with texts that are in memory once however often they occur, for one that is kept. */
    public ObjectName interned() {
        return new ObjectName(namespace.intern(), name.intern());
    }

    @Override
    public int compareTo(ObjectName other) {
        int byNamespace = namespace.compareTo(other.namespace);
        return byNamespace == 0 ? name.compareTo(other.name) : byNamespace;
    }
}
