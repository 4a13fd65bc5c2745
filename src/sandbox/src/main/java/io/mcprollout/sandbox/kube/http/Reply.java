package io.mcprollout.sandbox.kube.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.vertx.core.buffer.Buffer;

/**
 * An answer with its whole body.
 *
 * @param reason the Status reason of a refusal, else ""
 * @param retryAfterSeconds 0 for none
 */
record Reply(int status, String contentType, Buffer body, String reason, int retryAfterSeconds) {
    static Reply of(int status, JsonNode body) {
        return json(status, Json.bytes(body));
    }

    static Reply json(int status, byte[] body) {
        return new Reply(status, "application/json", Buffer.buffer(body), "", 0);
    }

    static Reply text(String text) {
        return new Reply(200, "text/plain", Buffer.buffer(text), "", 0);
    }

    static Reply of(ApiException refusal) {
        var body = Buffer.buffer(Json.bytes(refusal.status()));
        return new Reply(refusal.code(), "application/json", body, refusal.reason(), refusal.retryAfterSeconds());
    }
}
