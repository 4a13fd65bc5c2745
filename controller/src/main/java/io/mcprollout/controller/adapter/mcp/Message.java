package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.policy.evidence.ProbeCode;
import java.util.Set;

/** A JSON-RPC 2.0 message from a server, seen by who asked request {@code id}. */
sealed interface Message {
    /** The request succeeded. */
    record Result(JsonNode value) implements Message {}

    /** The request failed; an error without id is ours, because nothing else was asked. */
    record Refusal(long code, String message) implements Message {}

    /** A notification, or a request that we need not answer. */
    record Aside() implements Message {}

    /** A request for what we cannot give: a user's input or a model. */
    record Plea(String method) implements Message {}

    /** Not what the protocol allows. */
    record Wrong(ProbeCode code, String detail) implements Message {}

    /** Requests of a server that a person or a model would have to answer. */
    Set<String> PLEAS = Set.of("elicitation/create", "sampling/createMessage");

    /** Reads one message. */
    static Message of(JsonNode node, long id) {
        if (!node.isObject() || !node.path("jsonrpc").asText().equals("2.0")) {
            return new Wrong(ProbeCode.NOT_JSONRPC, "the answer is no JSON-RPC 2.0 message");
        }
        if (node.path("method").isTextual()) {
            String method = node.path("method").textValue();
            return node.has("id") && PLEAS.contains(method) ? new Plea(method) : new Aside();
        }
        JsonNode error = node.path("error");
        if (node.has("result") == node.has("error")
                || (node.has("error") && !error.path("code").isIntegralNumber())) {
            return new Wrong(ProbeCode.NOT_JSONRPC, "the answer has not exactly one of result and error");
        }
        JsonNode answered = node.path("id");
        boolean isOurs = answered.isIntegralNumber() && answered.longValue() == id;
        boolean isUnaddressed = node.has("error") && (answered.isNull() || answered.isMissingNode());
        if (!isOurs && !isUnaddressed) {
            return new Wrong(ProbeCode.WRONG_ID, "the answer is for another request than " + id);
        }
        return node.has("error")
                ? new Refusal(
                        error.path("code").longValue(), error.path("message").asText())
                : new Result(node.path("result"));
    }
}
