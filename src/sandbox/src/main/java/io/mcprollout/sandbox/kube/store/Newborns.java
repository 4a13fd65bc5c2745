package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import java.util.Set;
import java.util.UUID;

/** Gives new objects their identity: name, uid, time. Uids and generated names are counted, so that runs repeat. */
final class Newborns {
    private static final Set<String> GIVEN = Set.of(
            "uid",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "generation",
            "resourceVersion",
            "managedFields");

    private long uids;
    private long names;

    /** Sets, in place, what the server gives; answers the target with its name. */
    Target prepare(Target target, ObjectNode object, String now) {
        var meta = Json.metadata(object);
        if (!meta.path("resourceVersion").asText("").isEmpty()) {
            throw ApiException.badRequest("resourceVersion should not be set on objects to be created");
        }
        String name = meta.path("name").asText("");
        if (name.isEmpty() && meta.hasNonNull("generateName")) {
            name = meta.path("generateName").asText() + suffix();
            meta.put("name", name);
        }
        if (target.type().namespaced()) meta.put("namespace", target.namespace());
        else meta.remove("namespace");
        meta.remove(GIVEN);
        meta.put("uid", new UUID(0x6d63_7072_0000_4000L, 0x8000_0000_0000_0000L | ++uids).toString());
        meta.put("creationTimestamp", now);
        if (target.type().generation()) meta.put("generation", 1);
        if (target.type().statusSubresource()) object.remove("status");
        return target.sibling(target.namespace(), name);
    }

    /** Five signs without vowels, as generated names end; counted, so that runs repeat. */
    private String suffix() {
        String signs = "bcdfghjklmnpqrstvwxz2456789";
        long value = ++names * 7_368_787L % 14_348_907L;
        var text = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            text.append(signs.charAt((int) (value % signs.length())));
            value /= signs.length();
        }
        return text.toString();
    }

    /** Refuses an object that is not what the URL says; what it leaves out is filled in. */
    static void requireKind(Target target, ObjectNode object) {
        String apiVersion = object.path("apiVersion").asText("");
        String kind = object.path("kind").asText("");
        if (apiVersion.isEmpty()) object.put("apiVersion", target.apiVersion());
        else if (!apiVersion.equals(target.apiVersion())) {
            throw ApiException.badRequest(
                    "the API version in the data (%s) does not match the expected API version (%s)"
                            .formatted(apiVersion, target.apiVersion()));
        }
        if (kind.isEmpty()) object.put("kind", target.type().kind());
        else if (!kind.equals(target.type().kind())) {
            throw ApiException.badRequest("%s in version \"%s\" cannot be handled as a %s"
                    .formatted(kind, target.version(), target.type().kind()));
        }
        String namespace = Json.meta(object, "namespace");
        if (target.type().namespaced() && !namespace.isEmpty() && !namespace.equals(target.namespace())) {
            throw ApiException.badRequest(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String name = Json.meta(object, "name");
        if (!target.name().isEmpty() && !name.isEmpty() && !name.equals(target.name())) {
            throw ApiException.badRequest("the name of the object (%s) does not match the name on the URL (%s)"
                    .formatted(name, target.name()));
        }
    }
}
