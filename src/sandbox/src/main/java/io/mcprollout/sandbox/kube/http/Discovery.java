package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import io.mcprollout.sandbox.kube.model.Served;
import io.mcprollout.sandbox.kube.store.Registry;
import io.vertx.core.buffer.Buffer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/** What the server can do, for clients that ask first: groups, versions, resources, health. */
final class Discovery {
    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

    /** The document without paths as kubectl asks for it: a protobuf message without fields has no bytes. */
    private static final Reply EMPTY_PROTOBUF =
            new Reply(200, "application/com.github.proto-openapi.spec.v2@v1.0+protobuf", Buffer.buffer(), "", 0);

    private final Registry registry;

    Discovery(Registry registry) {
        this.registry = registry;
    }

    /** The answer to a GET outside resources, or 404. */
    Reply get(String path, String accept) {
        String clean = path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        var parts = clean.split("/", -1);
        return switch (clean) {
            case "/healthz", "/livez", "/readyz" -> Reply.text("ok");
            case "/version" -> Reply.of(200, version());
            case "/api" -> Reply.of(200, core());
            case "/apis" -> Reply.of(200, groups());
            case "/openapi/v2" -> accept.contains("protobuf") ? EMPTY_PROTOBUF : Reply.of(200, openApi2());
            case "/openapi/v3" -> Reply.of(200, OpenApi.index(registry));
            default -> {
                if (clean.startsWith("/openapi/v3/"))
                    yield Reply.of(200, OpenApi.document(registry, clean.substring(12)));
                if (clean.equals("/api/v1")) yield Reply.of(200, resources("", "v1"));
                if (clean.startsWith("/apis/") && parts.length == 3) yield Reply.of(200, group(parts[2]));
                if (clean.startsWith("/apis/") && parts.length == 4) yield Reply.of(200, resources(parts[2], parts[3]));
                throw ApiException.noSuchPath();
            }
        };
    }

    private static ObjectNode version() {
        return Json.object()
                .put("major", "1")
                .put("minor", "32")
                .put("gitVersion", "v1.32.0-sandbox")
                .put("gitCommit", "")
                .put("gitTreeState", "clean")
                .put("buildDate", "1970-01-01T00:00:00Z")
                .put("goVersion", "none")
                .put("compiler", "javac")
                .put("platform", "java");
    }

    private static ObjectNode core() {
        var versions = Json.object().put("kind", "APIVersions");
        versions.putArray("versions").add("v1");
        versions.putArray("serverAddressByClientCIDRs");
        return versions;
    }

    private ObjectNode groups() {
        var list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = list.putArray("groups");
        var names = new LinkedHashSet<String>();
        registry.types().forEach(type -> names.add(type.group()));
        for (String name : names) if (!name.isEmpty()) groups.add(group(name));
        return list;
    }

    private ObjectNode group(String name) {
        var versions = new LinkedHashSet<String>();
        for (var type : registry.types()) {
            if (type.group().equals(name)) type.versions().forEach(v -> versions.add(v.version()));
        }
        if (versions.isEmpty()) throw ApiException.noSuchPath();
        var group =
                Json.object().put("kind", "APIGroup").put("apiVersion", "v1").put("name", name);
        var list = group.putArray("versions");
        versions.forEach(
                v -> list.addObject().put("groupVersion", name + "/" + v).put("version", v));
        group.set("preferredVersion", list.path(0));
        return group;
    }

    private ObjectNode resources(String group, String version) {
        String groupVersion = group.isEmpty() ? version : group + "/" + version;
        var list = Json.object()
                .put("kind", "APIResourceList")
                .put("apiVersion", "v1")
                .put("groupVersion", groupVersion);
        var resources = list.putArray("resources");
        for (var type : registry.types()) {
            var served = type.group().equals(group) ? type.served(version) : Optional.<Served>empty();
            served.ifPresent(v -> describe(type, v, resources));
        }
        if (resources.isEmpty()) throw ApiException.noSuchPath();
        return list;
    }

    private static void describe(ResourceType type, Served served, ArrayNode resources) {
        var resource = resource(resources, type, "", type.kind(), VERBS).put("singularName", type.singular());
        if (!type.shortNames().isEmpty()) resource.set("shortNames", Json.strings(type.shortNames()));
        if (!type.categories().isEmpty()) resource.set("categories", Json.strings(type.categories()));
        var partly = List.of("get", "patch", "update");
        if (type.statusSubresource()) resource(resources, type, "/status", type.kind(), partly);
        if (!served.scale().isEmpty()) {
            resource(resources, type, "/scale", "Scale", partly)
                    .put("group", "autoscaling")
                    .put("version", "v1");
        }
        if (type.groupResource().equals("pods")) {
            resource(resources, type, "/eviction", "Eviction", List.of("create"))
                    .put("group", "policy")
                    .put("version", "v1");
        }
    }

    private static ObjectNode resource(
            ArrayNode list, ResourceType type, String suffix, String kind, List<String> verbs) {
        var resource = list.addObject().put("name", type.plural() + suffix).put("singularName", "");
        resource.put("namespaced", type.namespaced()).put("kind", kind);
        resource.set("verbs", Json.strings(verbs));
        return resource;
    }

    private static ObjectNode openApi2() {
        var document = Json.object().put("swagger", "2.0");
        document.putObject("info").put("title", "Kubernetes").put("version", "v1.32.0-sandbox");
        document.putObject("paths");
        document.putObject("definitions");
        return document;
    }
}
