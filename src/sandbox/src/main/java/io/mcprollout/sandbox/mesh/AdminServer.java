package io.mcprollout.sandbox.mesh;

import io.vertx.core.http.HttpServerRequest;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The gateway's admin endpoint: {@code GET /stats/prometheus[?usedonly][&filter=<expression>]} and {@code GET /ready}. */
final class AdminServer {
    private static final Pattern EVERYTHING = Pattern.compile("");

    private final GatewayStats stats;

    AdminServer(GatewayStats stats) {
        this.stats = stats;
    }

    void handle(HttpServerRequest in) {
        switch (String.valueOf(in.path())) {
            case "/stats/prometheus" -> stats(in);
            case "/ready" -> in.response().end("LIVE\n");
            default -> in.response().setStatusCode(404).end("no such admin page: " + in.path() + "\n");
        }
    }

    private void stats(HttpServerRequest in) {
        String filter = in.getParam("filter");
        try {
            Pattern wanted = filter == null ? EVERYTHING : Pattern.compile(filter);
            in.response()
                    .putHeader("content-type", "text/plain; charset=UTF-8")
                    .end(stats.exposition(in.params().contains("usedonly"), wanted));
        } catch (PatternSyntaxException e) {
            in.response().setStatusCode(400).end("filter is no regular expression: " + e.getMessage() + "\n");
        }
    }
}
