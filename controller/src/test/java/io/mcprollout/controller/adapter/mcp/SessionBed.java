package io.mcprollout.controller.adapter.mcp;

import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Prober.Seen;
import io.mcprollout.controller.port.SecretReader;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/** A prober before a gateway that keeps sessions, for one test. */
final class SessionBed implements AutoCloseable {
    static final String STREAM = "outside";

    /** Sessions of both slots, known by tag and incarnation; those without a tag are stable's. */
    static final Sessions KEPT = sessions(Slot.A);

    final Vertx vertx = Vertx.vertx();
    final FakeGateway gateway = new FakeGateway(vertx);
    final Map<Long, ProbeRequest> requests = new LinkedHashMap<>();
    final List<ProbePair> pairs = new ArrayList<>();
    final McpProber prober;
    private final GuardedClient http =
            new GuardedClient(vertx, NameResolver.of(vertx), EgressRules.DEFAULT, Limits.DEFAULT);

    /** Tests of sessions are made so often. */
    SessionBed(Duration testsEvery) {
        SecretReader none = (namespace, key, audience) ->
                CompletableFuture.completedFuture(new SecretReader.Reply.Refused("there are no Secrets here"));
        prober = new McpProber(
                new Crew.Tools(vertx, http, EntryPoints.NONE, none, Clock.systemUTC(), "1.2.3", testsEvery), 42);
    }

    static Sessions sessions(Slot adoption) {
        return new Sessions(Map.of(Slot.A, pin(Bed.STABLE), Slot.B, pin(Bed.CANDIDATE)), Optional.of(adoption));
    }

    private static Pin pin(PinId id) {
        return new Pin(id, Set.of(FakeGateway.TAGS.get(id.slot())), false);
    }

    /** An order that keeps the sessions, with pairs an hour apart. */
    ProbeOrder order() {
        return order(KEPT, Bed.NEVER_AGAIN, Duration.ofSeconds(5));
    }

    ProbeOrder order(Sessions sessions, Duration interval, Duration timeout) {
        ProbeSpec spec = Bed.within(Bed.spec("http://127.0.0.1:" + gateway.port() + "/mcp"), timeout);
        return new ProbeOrder(spec, Slot.A, Bed.STABLE, Bed.CANDIDATE, Bed.PROBE_TOKEN, interval, sessions);
    }

    void pace(ProbeOrder... orders) {
        prober.pace(Bed.ROLLOUT, List.of(orders));
    }

    Seen drain() {
        Seen seen = prober.drain(Bed.ROLLOUT, Instant.now());
        seen.requests().forEach(request -> requests.put(request.id(), request));
        pairs.addAll(seen.pairs());
        return seen;
    }

    /** The first finding for the order. */
    PinTest test(ProbeOrder order) {
        pace(order);
        return awaitTest(found -> true);
    }

    /** The first finding that is as wanted. */
    PinTest awaitTest(Predicate<PinTest> wanted) {
        return await().atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> Optional.ofNullable(drain().sessions().get(STREAM)).filter(wanted), Optional::isPresent)
                .orElseThrow();
    }

    /** Stops, and waits until nothing is under way. */
    void quiet() {
        pace();
        await().until(() -> drain().requests().stream().noneMatch(one -> one.finished() == null));
        drain();
    }

    @Override
    public void close() {
        prober.close();
        http.close();
        gateway.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
