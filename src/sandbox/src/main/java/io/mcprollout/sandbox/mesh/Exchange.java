package io.mcprollout.sandbox.mesh;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * One client request at a pod's cluster: tries, retries, deadline, answer, counting. Everything runs on the event loop of
 * the client's connection.
 */
final class Exchange implements Attempt.Listener {
    private final Upstream upstream;
    private final HttpServerRequest in;
    private final HttpServerResponse out;
    private final Request request;
    private final Rule rule;
    private final Action.Forward forward;
    private final Destination chosen;
    private final Cluster cluster;
    private final RequestBody body;
    private final long began = System.nanoTime();
    private final Set<Endpoint> tried = new HashSet<>();
    private @Nullable Endpoint endpoint;
    private @Nullable Attempt attempt;
    private String flags = "-";
    private int retries;
    private boolean over;
    private long deadline = -1;

    Exchange(
            Upstream upstream,
            HttpServerRequest in,
            Request request,
            Rule rule,
            Action.Forward forward,
            Destination chosen,
            Cluster cluster) {
        this.upstream = upstream;
        this.in = in;
        this.out = in.response();
        this.request = request;
        this.rule = rule;
        this.forward = forward;
        this.chosen = chosen;
        this.cluster = cluster;
        this.body = new RequestBody(in, forward.retries().attempts() > 0, this::startDeadline);
    }

    /** Sends the request to the cluster. */
    void start() {
        out.closeHandler(gone -> hungUp());
        tryOnce();
    }

    /* Envoy's route timeout counts from the end of the request to the end of the response. */
    private void startDeadline() {
        if (!over && deadline < 0) {
            forward.timeout()
                    .ifPresent(time ->
                            deadline = upstream.vertx().setTimer(Math.max(1, time.toMillis()), id -> timedOut()));
        }
    }

    private void tryOnce() {
        if (over) {
            return;
        }
        Optional<Endpoint> next = cluster.pick(upstream.turn(cluster.name()), tried);
        if (next.isEmpty()) {
            upstream.stats().cluster(cluster.name(), "upstream_cx_none_healthy");
            fail(503, "UH", "no healthy upstream");
            return;
        }
        endpoint = next.get();
        tried.add(endpoint);
        attempt = new Attempt(upstream, cluster.name(), body, this);
        attempt.start(
                endpoint, in.method(), target(), headers(), forward.retries().perTryTimeout());
    }

    private String target() {
        return forward.rewrite()
                .map(rewrite -> rewrite.target(request, rule.match().uri()))
                .orElse(request.target());
    }

    private MultiMap headers() {
        MultiMap headers = ProxyHeaders.upstream(in);
        rule.requestHeaders(chosen).forEach(operations -> operations.applyTo(headers));
        rule.authority(chosen).ifPresent(authority -> headers.set("host", authority));
        if (forward.rewrite().isPresent()) {
            headers.set("x-envoy-original-path", request.target());
        }
        return headers;
    }

    @Override
    public void unconnected() {
        upstream.stats().cluster(cluster.name(), "upstream_cx_connect_fail");
        if (!again(forward.retries().onConnectFailure())) {
            fail(503, flags("UF", forward.retries().onConnectFailure()), resetText("remote connection failure"));
        }
    }

    @Override
    public void reset() {
        if (!again(forward.retries().onReset() && body.replayable())) {
            fail(503, flags("UC", forward.retries().onReset()), resetText("connection termination"));
        }
    }

    @Override
    public void late() {
        upstream.stats().cluster(cluster.name(), "upstream_rq_per_try_timeout");
        if (!again(forward.retries().onReset() && body.replayable())) {
            fail(504, flags("UT", forward.retries().onReset()), "upstream request timeout");
        }
    }

    @Override
    public void responded(HttpClientResponse response) {
        boolean wanted = forward.retries().onStatus(response.statusCode());
        if (wanted && body.replayable() && mayRetry()) {
            current().cancel();
            again(true);
            return;
        }
        upstream.stats().completed(cluster.name(), response.statusCode());
        MultiMap headers = ProxyHeaders.downstream(response.headers());
        rule.responseHeaders(Optional.of(chosen)).forEach(operations -> operations.applyTo(headers));
        if (upstream.settings().pinsSessions()) {
            PinScript.response(headers);
        }
        out.setStatusCode(response.statusCode()).setStatusMessage(response.statusMessage());
        out.headers().setAll(headers);
        if (!bodiless(response)) {
            out.setChunked(!headers.contains("content-length"));
            out.writeHead();
        }
        flags = wanted && retries > 0 ? "URX" : "-";
        current().stream(response, out);
    }

    private boolean bodiless(HttpClientResponse response) {
        int status = response.statusCode();
        return status == 204 || status == 304 || in.method().name().equals("HEAD");
    }

    @Override
    public void finished(boolean whole) {
        if (!whole) {
            body.discard();
            end(out.getStatusCode(), "UC");
            out.reset();
            return;
        }
        end(out.getStatusCode(), flags);
    }

    private String flags(String flag, boolean retriable) {
        return retriable && forward.retries().attempts() > 0 ? "URX," + flag : flag;
    }

    private String resetText(String reason) {
        return "upstream connect error or disconnect/reset before headers. "
                + (retries > 0 ? "retried and the latest reset reason: " : "reset reason: ") + reason;
    }

    private boolean mayRetry() {
        return retries < forward.retries().attempts();
    }

    /* Envoy's back-off: a random wait below 25 ms, doubled with each retry up to 250 ms. */
    private boolean again(boolean retriable) {
        if (over || !retriable || !mayRetry()) {
            return false;
        }
        retries++;
        body.hold();
        upstream.stats().cluster(cluster.name(), "upstream_rq_retry");
        long bound = Math.min(250, 25L * ((1L << Math.min(retries, 10)) - 1));
        upstream.vertx().setTimer(1 + ThreadLocalRandom.current().nextLong(bound), id -> tryOnce());
        return true;
    }

    private void timedOut() {
        if (over) {
            return;
        }
        cancelTry();
        body.discard();
        upstream.stats().cluster(cluster.name(), "upstream_rq_timeout");
        if (out.headWritten()) {
            end(out.getStatusCode(), "UT");
            out.reset();
        } else {
            fail(504, "UT", "upstream request timeout");
        }
    }

    private void hungUp() {
        if (over) {
            return;
        }
        cancelTry();
        upstream.stats().http("downstream_rq_rx_reset");
        end(0, "DC");
    }

    private void cancelTry() {
        if (attempt != null) {
            attempt.cancel();
        }
    }

    private Attempt current() {
        return Objects.requireNonNull(attempt, "no try is under way");
    }

    private void fail(int status, String flag, String text) {
        upstream.stats().completed(cluster.name(), status);
        body.discard();
        boolean reached = flag.endsWith("UC") || flag.endsWith("UT");
        if (!reached) {
            endpoint = null;
        }
        end(status, flag);
        LocalReply.send(
                out,
                status,
                text,
                rule.responseHeaders(Optional.of(chosen)),
                upstream.settings().pinsSessions());
    }

    private void end(int status, String flag) {
        if (over) {
            return;
        }
        over = true;
        if (deadline >= 0) {
            upstream.vertx().cancelTimer(deadline);
        }
        upstream.stats()
                .request(
                        IstioLabels.of(upstream.settings().gateway(), cluster.host(), endpoint, status, flag),
                        Duration.ofNanos(System.nanoTime() - began));
    }
}
