package io.mcprollout.controller.adapter.mcp;

import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.controller.port.Prober.Seen;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.controller.port.SecretReader;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** A prober, a healthy server and the Secrets they share, for one test. */
final class Bed implements AutoCloseable {
    static final RolloutKey ROLLOUT = new RolloutKey("mcp-services", "mcp-server");
    static final PinId STABLE = new PinId(Slot.A, 3);
    static final PinId CANDIDATE = new PinId(Slot.B, 7);
    static final String PROBE_TOKEN = "pr0be-t0ken-0f-this-attempt";
    static final String BEARER = "b3arer-t0ken/0f+the=server";
    static final Duration NEVER_AGAIN = Duration.ofHours(1);

    final Vertx vertx = Vertx.vertx();
    final FakeMcpServer server;
    final Map<SecretKey, String> secrets = new ConcurrentHashMap<>();
    final GuardedClient http;
    final McpProber prober;

    Bed() {
        this(EgressRules.DEFAULT, Limits.DEFAULT);
    }

    Bed(EgressRules rules, Limits limits) {
        server = new FakeMcpServer(vertx);
        NameResolver system = NameResolver.of(vertx);
        NameResolver resolver = host -> host.endsWith(".invalid")
                ? Future.failedFuture(new UnknownHostException(host))
                : system.resolve(host.endsWith(".rebound.test") ? "169.254.169.254" : host);
        http = new GuardedClient(vertx, resolver, rules, limits);
        EntryPoints entryPoints = EntryPoints.parse(Map.of("gateway", "127.0.0.1:" + server.port()));
        prober = new McpProber(vertx, http, entryPoints, secretReader(), Clock.systemUTC(), 42, "1.2.3");
    }

    private SecretReader secretReader() {
        return (namespace, key, audience) -> CompletableFuture.completedFuture(
                secrets.containsKey(key)
                        ? new SecretReader.Reply.Found(String.valueOf(secrets.get(key)))
                        : new SecretReader.Reply.Refused("Secret " + key.secret() + " is missing; create it"));
    }

    /** A probe of the server: expects echo and calls it. */
    ProbeSpec spec() {
        return spec("http://127.0.0.1:" + server.port() + "/mcp");
    }

    static ProbeSpec spec(String url) {
        return new ProbeSpec(
                "outside",
                URI.create(url),
                Optional.empty(),
                Duration.ofSeconds(5),
                List.of("echo"),
                List.of(new ToolCall("echo", "{\"text\":\"hello\"}", List.of())),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    static ProbeSpec within(ProbeSpec spec, Duration timeout) {
        return new ProbeSpec(
                spec.name(),
                spec.url(),
                spec.interval(),
                timeout,
                spec.expectTools(),
                spec.calls(),
                spec.token(),
                spec.entryPoint(),
                spec.ca());
    }

    static ProbeSpec calling(ProbeSpec spec, ToolCall... calls) {
        return new ProbeSpec(
                spec.name(),
                spec.url(),
                spec.interval(),
                spec.timeout(),
                spec.expectTools(),
                List.of(calls),
                spec.token(),
                spec.entryPoint(),
                spec.ca());
    }

    static ProbeSpec withToken(ProbeSpec spec, SecretKey token) {
        return new ProbeSpec(
                spec.name(),
                spec.url(),
                spec.interval(),
                spec.timeout(),
                spec.expectTools(),
                spec.calls(),
                Optional.of(token),
                spec.entryPoint(),
                spec.ca());
    }

    static ProbeSpec withCa(ProbeSpec spec, SecretKey ca) {
        return new ProbeSpec(
                spec.name(),
                spec.url(),
                spec.interval(),
                spec.timeout(),
                spec.expectTools(),
                spec.calls(),
                spec.token(),
                spec.entryPoint(),
                Optional.of(ca));
    }

    static ProbeSpec through(ProbeSpec spec, String entryPoint) {
        return new ProbeSpec(
                spec.name(),
                spec.url(),
                spec.interval(),
                spec.timeout(),
                spec.expectTools(),
                spec.calls(),
                spec.token(),
                Optional.of(entryPoint),
                spec.ca());
    }

    static ProbeOrder every(ProbeSpec spec, Duration interval) {
        return new ProbeOrder(spec, Slot.A, STABLE, CANDIDATE, PROBE_TOKEN, interval);
    }

    /** Makes one pair. */
    ProbePair pair(ProbeSpec spec) {
        return pairs(every(spec, NEVER_AGAIN), 1).getFirst();
    }

    /** Makes so many pairs, then stops; what was drained on the way is in {@link #requests}. */
    List<ProbePair> pairs(ProbeOrder order, int count) {
        prober.pace(ROLLOUT, List.of(order));
        List<ProbePair> pairs = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    pairs.addAll(drain().pairs());
                    return pairs.size() >= count;
                });
        prober.pace(ROLLOUT, List.of());
        return pairs;
    }

    final List<Closeable> closeables = new ArrayList<>();
    final Map<Long, ProbeRequest> requests = new LinkedHashMap<>();

    Seen drain() {
        Seen seen = prober.drain(ROLLOUT, Instant.now());
        seen.requests().forEach(request -> requests.put(request.id(), request));
        return seen;
    }

    @Override
    public void close() {
        closeables.forEach(Bed::shut);
        prober.close();
        http.close();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static void shut(Closeable one) {
        try {
            one.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
