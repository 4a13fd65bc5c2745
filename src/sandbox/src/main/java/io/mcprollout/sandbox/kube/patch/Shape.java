package io.mcprollout.sandbox.kube.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.schema.Schema;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the parts of a value merge: which lists are maps by key, which are sets, what is replaced as a whole. */
public abstract class Shape {
    /** How a list merges. */
    public enum Lists {
        /** Replaced as a whole. */
        ATOMIC,
        /** Items are values that are there or not. */
        SET,
        /** Items are told apart by key members. */
        MAP
    }

    /** The shape of built-in objects, known by the names of their members. */
    public static Shape builtIn() {
        return new ByName("", "");
    }

    /** The shape of custom objects, as their schema tells; metadata as in built-in ones. */
    public static Shape of(Schema schema) {
        return new BySchema(Optional.of(schema), true);
    }

    abstract Shape member(String name);

    abstract Shape item();

    abstract Lists lists();

    /** The members that tell items of a list of kind MAP apart. */
    abstract List<String> keys();

    abstract boolean isAtomicMap();

    /** What a key member is where the item does not say, missing if nothing. */
    abstract JsonNode keyDefault(String key);

    /** The key members of an item, with their defaults. */
    final ObjectNode keyOf(JsonNode item) {
        var key = Json.object();
        for (String name : keys()) Json.put(key, name, item.has(name) ? item.path(name) : keyDefault(name));
        return key;
    }

    private static final class ByName extends Shape {
        private static final Map<String, List<String>> KEYS = Map.ofEntries(
                Map.entry("containers", List.of("name")),
                Map.entry("initContainers", List.of("name")),
                Map.entry("ephemeralContainers", List.of("name")),
                Map.entry("env", List.of("name")),
                Map.entry("volumes", List.of("name")),
                Map.entry("volumeMounts", List.of("mountPath")),
                Map.entry("imagePullSecrets", List.of("name")),
                Map.entry("secrets", List.of("name")),
                Map.entry("containers.ports", List.of("containerPort", "protocol")),
                Map.entry("initContainers.ports", List.of("containerPort", "protocol")),
                Map.entry("spec.ports", List.of("port", "protocol")),
                Map.entry("conditions", List.of("type")),
                Map.entry("hostAliases", List.of("ip")),
                Map.entry("status.addresses", List.of("type")),
                Map.entry("readinessGates", List.of("conditionType")),
                Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")),
                Map.entry("ownerReferences", List.of("uid")));

        private final String parent;
        private final String name;

        ByName(String parent, String name) {
            this.parent = parent;
            this.name = name;
        }

        @Override
        Shape member(String child) {
            return new ByName(name, child);
        }

        @Override
        Shape item() {
            return this;
        }

        @Override
        Lists lists() {
            if (name.equals("finalizers")) return Lists.SET;
            return keys().isEmpty() ? Lists.ATOMIC : Lists.MAP;
        }

        @Override
        List<String> keys() {
            var exact = KEYS.get(parent + "." + name);
            return exact != null ? exact : KEYS.getOrDefault(name, List.of());
        }

        @Override
        boolean isAtomicMap() {
            return name.equals("selector") || name.endsWith("Selector");
        }

        @Override
        JsonNode keyDefault(String key) {
            return key.equals("protocol")
                    ? Json.strings(List.of("TCP")).path(0)
                    : Json.object().path(key);
        }
    }

    private static final class BySchema extends Shape {
        private final Optional<Schema> schema;
        private final boolean resource;

        BySchema(Optional<Schema> schema, boolean resource) {
            this.schema = schema;
            this.resource = resource;
        }

        @Override
        Shape member(String name) {
            if (resource && name.equals("metadata")) return new ByName("", "metadata");
            return new BySchema(schema.flatMap(s -> s.member(name)), false);
        }

        @Override
        Shape item() {
            return new BySchema(schema.flatMap(Schema::items), false);
        }

        @Override
        Lists lists() {
            return switch (schema.map(Schema::listType).orElse("atomic")) {
                case "map" -> Lists.MAP;
                case "set" -> Lists.SET;
                default -> Lists.ATOMIC;
            };
        }

        @Override
        List<String> keys() {
            return schema.map(Schema::listMapKeys).orElse(List.of());
        }

        @Override
        boolean isAtomicMap() {
            return schema.map(Schema::isAtomicMap).orElse(false);
        }

        @Override
        JsonNode keyDefault(String key) {
            return schema.flatMap(Schema::items)
                    .flatMap(items -> items.member(key))
                    .map(Schema::defaultValue)
                    .orElse(Json.object().path(key));
        }
    }
}
