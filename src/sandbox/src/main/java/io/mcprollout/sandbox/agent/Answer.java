package io.mcprollout.sandbox.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/** An HTTP answer to one JSON-RPC request, judged up to the JSON-RPC layer: {@code result} is missing when {@code failure} says why. */
record Answer(
        int status,
        String session,
        String variant,
        String version,
        JsonNode result,
        @Nullable Failure failure,
        String detail) {

    static Answer ofResult(int status, MultiMap headers, JsonNode result) {
        return of(status, headers, result, null, "");
    }

    static Answer failed(int status, MultiMap headers, Failure failure, String detail) {
        return of(status, headers, MissingNode.getInstance(), failure, detail);
    }

    /** No HTTP answer at all. */
    static Answer none(Failure failure, String detail) {
        return failed(0, MultiMap.caseInsensitiveMultiMap(), failure, detail);
    }

    Answer as(Failure other, String why) {
        return new Answer(status, session, variant, version, result, other, why);
    }

    private static Answer of(int status, MultiMap headers, JsonNode result, @Nullable Failure failure, String detail) {
        return new Answer(
                status,
                header(headers, "mcp-session-id"),
                header(headers, "x-mcp-variant"),
                header(headers, "x-mcp-server-version"),
                result,
                failure,
                detail);
    }

    private static String header(MultiMap headers, String name) {
        String value = headers.get(name);
        return value == null ? "" : value;
    }
}
