package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Prober;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.SecretReader;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Probes MCP servers over Streamable HTTP from where the controller runs. Thread-safe; no method blocks. */
public final class McpProber implements Prober, AutoCloseable {
    /** How long the log of a rollout that nobody asks about is kept. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(10);

    private final Crew.Tools tools;
    private final SplittableRandom random;
    private final AtomicLong requestIds = new AtomicLong();
    private final Map<RolloutKey, RolloutProbes> rollouts = new HashMap<>();
    private volatile Consumer<RolloutKey> news = rollout -> {};
    private Instant swept;

    /**
     * A prober that does nothing until it is paced.
     *
     * @param seed of the order of arms and of trace ids
     * @param clientVersion how the prober names its version to servers
     */
    public McpProber(
            Vertx vertx,
            GuardedClient http,
            EntryPoints entryPoints,
            SecretReader secrets,
            Clock clock,
            long seed,
            String clientVersion) {
        this(new Crew.Tools(vertx, http, entryPoints, secrets, clock, clientVersion, PinTester.RHYTHM), seed);
    }

    McpProber(Crew.Tools tools, long seed) {
        this.tools = tools;
        this.random = new SplittableRandom(seed);
        this.swept = tools.clock().instant();
    }

    /** Has this told, on an event loop, of a rollout whose finished pairs hold a failed arm or that lost a session; replaces what was told before. */
    public void onEvidence(Consumer<RolloutKey> listener) {
        news = listener;
    }

    @Override
    public List<Problem> check(List<ProbeSpec> probes) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < probes.size(); i++) {
            String field = "spec.evidence.probes[" + i + "].mcp";
            problems.addAll(Script.problems(probes.get(i), field, tools.http().rules(), tools.entryPoints()));
        }
        return problems;
    }

    @Override
    public void pace(RolloutKey rollout, List<ProbeOrder> orders) {
        probes(rollout).pace(orders);
    }

    @Override
    public Seen drain(RolloutKey rollout, Instant now) {
        return probes(rollout).drain();
    }

    /** Stops every probe for good. */
    @Override
    public void close() {
        List<RolloutProbes> all;
        synchronized (rollouts) {
            all = List.copyOf(rollouts.values());
            rollouts.clear();
        }
        all.forEach(probes -> probes.pace(List.of()));
    }

    /* A rollout is known from its first order or question on, so that its log says since when it is complete. */
    private RolloutProbes probes(RolloutKey rollout) {
        synchronized (rollouts) {
            sweep(tools.clock().instant());
            return rollouts.computeIfAbsent(rollout, key -> {
                RequestLog log = new RequestLog(tools.clock(), requestIds);
                Crew crew = new Crew(key, tools, tools.http().newContext(), log, told -> news.accept(told));
                return new RolloutProbes(crew, random.split());
            });
        }
    }

    private void sweep(Instant now) {
        if (swept.plus(FORGOTTEN).isBefore(now)) {
            swept = now;
            rollouts.values().removeIf(probes -> probes.isForgotten(now, FORGOTTEN));
        }
    }
}
