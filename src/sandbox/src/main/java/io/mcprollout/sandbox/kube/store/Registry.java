package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.ResourceType;
import io.mcprollout.sandbox.kube.schema.Schema;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;

/** The resource types that are served: the built-in ones and those of CustomResourceDefinitions. */
public final class Registry {
    private final Map<String, ResourceType> types = new ConcurrentSkipListMap<>();
    private final Map<String, Map<String, Schema>> schemas = new ConcurrentHashMap<>();

    /** A registry of the built-in types. */
    public Registry() {
        BuiltIns.types().forEach(type -> types.put(type.groupResource(), type));
    }

    /** Serves the type from now on, in place of an earlier one of the same name. */
    void register(ResourceType type) {
        var compiled = new TreeMap<String, Schema>();
        type.versions().forEach(v -> compiled.put(v.version(), Schema.of(v.schema())));
        schemas.put(type.groupResource(), compiled);
        types.put(type.groupResource(), type);
    }

    void unregister(ResourceType type) {
        types.remove(type.groupResource());
        schemas.remove(type.groupResource());
    }

    /** All types, ordered by name. */
    public Collection<ResourceType> types() {
        return types.values();
    }

    /** The type with that plural in that group. */
    public Optional<ResourceType> find(String group, String plural) {
        return Optional.ofNullable(types.get(group.isEmpty() ? plural : plural + "." + group));
    }

    /** The type that a name given by hand means; an {@link IllegalArgumentException} if there is none. */
    public ResourceType called(String name) {
        return types.values().stream()
                .filter(type -> type.isCalled(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "no resource type \"" + name + "\": use a plural such as pods or deployments.apps, or add its"
                                + " CustomResourceDefinition first"));
    }

    /** The type that the object says it is, by apiVersion and kind; 404 if that is not served. */
    public ResourceType of(ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText("");
        String kind = object.path("kind").asText("");
        int slash = apiVersion.indexOf('/');
        String group = slash < 0 ? "" : apiVersion.substring(0, slash);
        String version = apiVersion.substring(slash + 1);
        return types.values().stream()
                .filter(t -> t.group().equals(group)
                        && t.kind().equals(kind)
                        && t.served(version).isPresent())
                .findFirst()
                .orElseThrow(() -> ApiException.badRequest(
                        "no matches for kind \"%s\" in version \"%s\"".formatted(kind, apiVersion)));
    }

    /** The schema of custom objects of that type and version; empty for built-in types. */
    public Optional<Schema> schema(ResourceType type, String version) {
        return Optional.ofNullable(
                schemas.getOrDefault(type.groupResource(), Map.of()).get(version));
    }
}
