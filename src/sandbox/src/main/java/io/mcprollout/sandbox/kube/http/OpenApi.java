package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import io.mcprollout.sandbox.kube.model.Served;
import io.mcprollout.sandbox.kube.store.Registry;
import java.util.List;
import java.util.TreeSet;

/** OpenAPI v3 as far as kubectl reads it: which kinds can be patched with field validation, and the schemas of custom kinds. */
final class OpenApi {
    private OpenApi() {}

    /** Where the document of each group and version is. */
    static ObjectNode index(Registry registry) {
        var names = new TreeSet<String>();
        for (var type : registry.types()) {
            for (var served : type.versions()) names.add(document(type, served));
        }
        var index = Json.object();
        var paths = index.putObject("paths");
        names.forEach(name -> paths.putObject(name).put("serverRelativeURL", "/openapi/v3/" + name));
        return index;
    }

    private static String document(ResourceType type, Served served) {
        return type.group().isEmpty() ? "api/" + served.version() : "apis/" + type.apiVersion(served.version());
    }

    /** The document of that name, or 404. */
    static ObjectNode document(Registry registry, String name) {
        var document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.0-sandbox");
        var paths = document.putObject("paths");
        var schemas = document.putObject("components").putObject("schemas");
        for (var type : registry.types()) {
            for (var served : type.versions()) {
                if (!document(type, served).equals(name)) continue;
                describe(name, type, served, paths);
                if (!served.schema().isEmpty()) schemas.set(schemaName(type, served), schema(type, served));
            }
        }
        if (paths.isEmpty()) throw ApiException.noSuchPath();
        return document;
    }

    private static String schemaName(ResourceType type, Served served) {
        return type.group() + "." + served.version() + "." + type.kind();
    }

    private static ObjectNode schema(ResourceType type, Served served) {
        var schema = served.schema().deepCopy();
        var properties = Json.child(schema, "properties");
        for (String name : List.of("apiVersion", "kind"))
            properties.putObject(name).put("type", "string");
        properties.putObject("metadata").put("type", "object");
        kind(schema.putArray("x-kubernetes-group-version-kind").addObject(), type, served);
        return schema;
    }

    private static ObjectNode kind(ObjectNode into, ResourceType type, Served served) {
        return into.put("group", type.group()).put("version", served.version()).put("kind", type.kind());
    }

    private static void describe(String document, ResourceType type, Served served, ObjectNode paths) {
        String scope = type.namespaced() ? "/namespaces/{namespace}" : "";
        var path = paths.putObject("/" + document + scope + "/" + type.plural() + "/{name}");
        for (String verb : List.of("get", "patch", "put")) {
            var operation = path.putObject(verb);
            kind(operation.putObject("x-kubernetes-group-version-kind"), type, served);
            var parameters = operation.putArray("parameters");
            for (String parameter : List.of("dryRun", "fieldManager", "fieldValidation")) {
                parameters
                        .addObject()
                        .put("name", parameter)
                        .put("in", "query")
                        .putObject("schema")
                        .put("type", "string");
            }
            if (!served.schema().isEmpty()) {
                operation
                        .putObject("responses")
                        .putObject("200")
                        .put("description", "OK")
                        .putObject("content")
                        .putObject("application/json")
                        .putObject("schema")
                        .put("$ref", "#/components/schemas/" + schemaName(type, served));
            }
        }
    }
}
