package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The conditions of a status: one per type, each with the time at which its status last changed. */
final class Conditions {

    private final ArrayNode list;
    private final String now;

    /** Goes on from the conditions of this status. */
    Conditions(JsonNode status, Instant now) {
        this.list = status.get("conditions") instanceof ArrayNode before ? before.deepCopy() : Json.array();
        this.now = text(now);
    }

    /** An instant as Kubernetes writes it, in whole seconds. */
    static String text(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** True when the condition is there and {@code True}. */
    static boolean holds(JsonNode object, String type) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    /** Sets one condition; an empty reason or message is left out. */
    Conditions set(String type, boolean holds, String reason, String message) {
        ObjectNode condition = find(type);
        String status = holds ? "True" : "False";
        if (!condition.path("status").asText().equals(status)) {
            condition.put("status", status).put("lastTransitionTime", now);
        }
        Json.put(condition, "reason", reason.isEmpty() ? MissingNode.getInstance() : condition.textNode(reason));
        Json.put(condition, "message", message.isEmpty() ? MissingNode.getInstance() : condition.textNode(message));
        return this;
    }

    /** Says that the condition's subject moved on now, for conditions that know {@code lastUpdateTime}. */
    Conditions touched(String type) {
        find(type).put("lastUpdateTime", now);
        return this;
    }

    JsonNode get(String type) {
        return find(type);
    }

    ArrayNode list() {
        return list;
    }

    private ObjectNode find(String type) {
        for (JsonNode condition : list) {
            if (condition.path("type").asText().equals(type)) {
                return (ObjectNode) condition;
            }
        }
        return list.addObject().put("type", type);
    }
}
