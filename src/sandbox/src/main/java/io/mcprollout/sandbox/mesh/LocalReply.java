package io.mcprollout.sandbox.mesh;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/** An answer that the gateway gives itself; it carries the response headers of its rule like any other, and those set on it before. */
final class LocalReply {
    private LocalReply() {}

    static void send(
            HttpServerResponse out, int status, String text, List<HeaderOperations> operations, boolean pinsSessions) {
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().addAll(out.headers()).set("server", "envoy");
        if (!text.isEmpty()) {
            headers.set("content-type", "text/plain");
        }
        operations.forEach(change -> change.applyTo(headers));
        if (pinsSessions) {
            PinScript.response(headers);
        }
        out.setStatusCode(status);
        out.headers().setAll(headers);
        out.end(text);
    }
}
