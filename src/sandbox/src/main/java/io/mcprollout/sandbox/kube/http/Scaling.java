package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.model.Write;
import io.mcprollout.sandbox.kube.patch.Patches;
import io.mcprollout.sandbox.kube.store.Cluster;
import java.util.List;
import java.util.stream.Collectors;

/** The scale subresource: the number of replicas of whatever has one, under one kind. */
final class Scaling {
    private Scaling() {}

    static Reply handle(Cluster cluster, Call call, Target target, String contentType, byte[] body, Write write) {
        var paths = target.type().served(target.version()).orElseThrow().scale();
        if (paths.isEmpty()) throw ApiException.noSuchPath();
        var kept = cluster.get(target.main()).object();
        if (call.verb().equals("get")) return Reply.of(200, scale(kept, paths));
        var wanted = Json.parse(body);
        if (call.verb().equals("patch")) {
            wanted = contentType.equals("application/json-patch+json")
                    ? Patches.json(scale(kept, paths), wanted)
                    : Patches.merge(scale(kept, paths), wanted);
        } else if (!call.verb().equals("update")) throw ApiException.methodNotAllowed();
        var replicas = Json.at(wanted, "spec.replicas");
        String version = Json.meta(wanted, "resourceVersion");
        var changed = cluster.change(target.main(), write, object -> {
            set(object, paths.path("specReplicasPath").asText(), replicas);
            if (!version.isEmpty()) Json.metadata(object).put("resourceVersion", version);
            return object;
        });
        return Reply.of(200, scale(changed, paths));
    }

    private static void set(ObjectNode object, String path, JsonNode value) {
        var names = List.of(path.substring(1).split("\\.", -1));
        var parent = object;
        for (String name : names.subList(0, names.size() - 1)) parent = Json.child(parent, name);
        parent.set(names.get(names.size() - 1), value);
    }

    private static ObjectNode scale(ObjectNode object, ObjectNode paths) {
        var scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
        var meta = scale.putObject("metadata");
        for (String name : List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
            Json.put(meta, name, object.path("metadata").path(name));
        }
        scale.putObject("spec").put("replicas", number(object, paths, "specReplicasPath"));
        var status = scale.putObject("status").put("replicas", number(object, paths, "statusReplicasPath"));
        String selectorPath = paths.path("labelSelectorPath").asText("");
        if (selectorPath.isEmpty()) return scale;
        var selector = Json.at(object, selectorPath.substring(1));
        status.put("selector", selector.isTextual() ? selector.asText() : text(selector.path("matchLabels")));
        return scale;
    }

    private static int number(ObjectNode object, ObjectNode paths, String which) {
        return Json.at(object, paths.path(which).asText(".none").substring(1)).asInt(0);
    }

    private static String text(JsonNode labels) {
        return labels.properties().stream()
                .map(e -> e.getKey() + "=" + e.getValue().asText())
                .collect(Collectors.joining(","));
    }
}
