package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.ArrayList;
import java.util.Locale;

/** Cells of built-in tables that are more than one field of the object. */
final class Computed {
    private Computed() {}

    /** The cell of the column that is called so. */
    static String cell(String name, JsonNode object) {
        return switch (name) {
            case "=readyReplicas" ->
                Json.at(object, "status.readyReplicas").asInt(0) + "/"
                        + Json.at(object, "spec.replicas").asInt(1);
            case "=podReady" -> podReady(object);
            case "=podStatus" -> podStatus(object);
            case "=podRestarts" -> podRestarts(object);
            case "=externalIp" -> "<none>";
            case "=ports" -> ports(object);
            case "=about" -> about(object.has("regarding") ? object.path("regarding") : object.path("involvedObject"));
            default -> throw new IllegalArgumentException("no computed column " + name);
        };
    }

    private static String podReady(JsonNode pod) {
        int ready = 0;
        for (var status : Json.at(pod, "status.containerStatuses"))
            if (status.path("ready").asBoolean()) ready++;
        return ready + "/" + Json.at(pod, "spec.containers").size();
    }

    private static String podStatus(JsonNode pod) {
        if (pod.path("metadata").has("deletionTimestamp")) return "Terminating";
        for (var status : Json.at(pod, "status.containerStatuses")) {
            String waiting = Json.at(status, "state.waiting.reason").asText("");
            if (!waiting.isEmpty()) return waiting;
            String terminated = Json.at(status, "state.terminated.reason").asText("");
            if (!terminated.isEmpty()) return terminated;
        }
        return Json.at(pod, "status.phase").asText("Unknown");
    }

    private static String podRestarts(JsonNode pod) {
        int restarts = 0;
        for (var status : Json.at(pod, "status.containerStatuses"))
            restarts += status.path("restartCount").asInt();
        return Integer.toString(restarts);
    }

    private static String ports(JsonNode service) {
        var ports = new ArrayList<String>();
        for (var port : Json.at(service, "spec.ports")) {
            ports.add(port.path("port").asText() + "/" + port.path("protocol").asText("TCP"));
        }
        return ports.isEmpty() ? "<none>" : String.join(",", ports);
    }

    private static String about(JsonNode reference) {
        return reference.path("kind").asText().toLowerCase(Locale.ROOT) + "/"
                + reference.path("name").asText();
    }
}
