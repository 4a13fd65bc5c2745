package io.mcprollout.sandbox.mesh;

import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes each request of the gateway to what its rule says, by the configuration of this moment. */
final class Router {
    private final Upstream upstream;
    private final Supplier<MeshSnapshot> current;

    Router(Upstream upstream, Supplier<MeshSnapshot> current) {
        this.upstream = upstream;
        this.current = current;
    }

    void route(HttpServerRequest in) {
        upstream.stats().http("downstream_rq_total");
        MeshSnapshot snapshot = current.get();
        if (upstream.settings().pinsSessions()) {
            PinScript.request(in.headers());
        }
        Request request = ProxyHeaders.request(in);
        Optional<Rule> found = snapshot.tables().table(request.authority()).match(request);
        if (found.isEmpty()) {
            upstream.stats().http("no_route");
            answer(in, 404, "NR", "", List.of());
            return;
        }
        Rule rule = found.get();
        switch (rule.action()) {
            case Action.Forward forward -> forward(in, request, snapshot, rule, forward);
            case Action.DirectResponse direct ->
                answer(in, direct.status(), "-", direct.body(), rule.responseHeaders(Optional.empty()));
            case Action.Redirect redirect -> {
                in.response().putHeader("location", redirect.location(request));
                answer(in, redirect.status(), "-", "", rule.responseHeaders(Optional.empty()));
            }
        }
    }

    private void forward(
            HttpServerRequest in, Request request, MeshSnapshot snapshot, Rule rule, Action.Forward forward) {
        Destination chosen = rule.choose(upstream.settings().draws().getAsDouble());
        Optional<Cluster> cluster = snapshot.clusters().find(chosen);
        if (cluster.isEmpty()) {
            upstream.stats().http("no_cluster");
            answer(in, 503, "NC", "", rule.responseHeaders(Optional.of(chosen)));
            return;
        }
        new Exchange(upstream, in, request, rule, forward, chosen, cluster.get()).start();
    }

    private void answer(HttpServerRequest in, int status, String flag, String text, List<HeaderOperations> operations) {
        in.resume();
        upstream.stats()
                .request(IstioLabels.of(upstream.settings().gateway(), "unknown", null, status, flag), Duration.ZERO);
        LocalReply.send(
                in.response(), status, text, operations, upstream.settings().pinsSessions());
    }
}
