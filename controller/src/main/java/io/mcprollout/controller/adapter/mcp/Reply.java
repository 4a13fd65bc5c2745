package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;

/** What a JSON-RPC request was answered with. */
sealed interface Reply {
    /** A result, and the length of the body that carried it. */
    record Result(JsonNode value, int bytes) implements Reply {}

    /** An error, with the HTTP status that carried it. */
    record Refusal(long code, String message, int status) implements Reply {}
}
