package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.Prober.Seen;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.traffic.PinId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** The probes of one rollout. Thread-safe: orders come and pairs go by any thread, the probing itself is on one event loop. */
final class RolloutProbes {
    private final Crew crew;
    private final SplittableRandom random;
    private final Map<String, Current> current = new HashMap<>();
    private final Map<String, Long> lastSequence = new HashMap<>();
    private Instant touched;

    private record Current(ProbeOrder order, PairQueue queue, OrderProbe probe) {}

    RolloutProbes(Crew crew, SplittableRandom random) {
        this.crew = crew;
        this.random = random;
        this.touched = crew.clock().instant();
    }

    /** Carries out exactly these orders. */
    synchronized void pace(List<ProbeOrder> orders) {
        touched = crew.clock().instant();
        Map<String, ProbeOrder> wanted = new HashMap<>();
        orders.forEach(order -> wanted.put(order.spec().name(), order));
        current.values().removeIf(running -> {
            ProbeOrder order = wanted.get(running.order().spec().name());
            boolean isOver = order == null || !isSameProbe(order, running.order());
            if (isOver) {
                crew.context().runOnContext(go -> running.probe().stop());
            }
            return isOver;
        });
        wanted.forEach((name, order) -> {
            Current running = current.get(name);
            if (running == null) {
                current.put(name, start(order));
            } else if (!running.order().equals(order)) {
                current.put(name, new Current(order, running.queue(), running.probe()));
                crew.context().runOnContext(go -> running.probe().change(order));
            }
        });
    }

    /** Pairs that may be consumed, the log, and what was found of sessions and of the gateway. */
    synchronized Seen drain() {
        touched = crew.clock().instant();
        List<ProbePair> pairs = new ArrayList<>();
        Map<String, PinTest> tests = new HashMap<>();
        Map<String, String> echoes = new HashMap<>();
        Map<PinId, Integer> natural = new HashMap<>();
        current.forEach((stream, running) -> {
            pairs.addAll(running.queue().take());
            running.probe().tested(running.order()).ifPresent(test -> tests.put(stream, test));
            running.probe().echo().ifPresent(echo -> echoes.put(stream, echo));
            running.probe().chosen().forEach((pin, count) -> natural.merge(pin, count, Integer::sum));
        });
        return new Seen(pairs, crew.log().take(), crew.log().completeSince(), tests, echoes, natural);
    }

    /** Whether nothing is asked of it and nobody asked for so long. */
    synchronized boolean isForgotten(Instant now, Duration time) {
        return current.isEmpty() && touched.plus(time).isBefore(now);
    }

    /* An order that comes and goes is no reason to probe faster than it says. */
    private Current start(ProbeOrder order) {
        String stream = order.spec().name();
        PairQueue queue = new PairQueue(stream);
        OrderProbe probe = new OrderProbe(crew, order, queue, due -> nextSequence(stream, due), random.split());
        long due = lastSequence.getOrDefault(stream, 0L) + order.interval().toMillis();
        long delay = Math.max(0, due - crew.clock().instant().toEpochMilli());
        Duration wait = Duration.ofMillis(Math.min(delay, order.interval().toMillis()));
        crew.context().runOnContext(go -> probe.start(wait));
        return new Current(order, queue, probe);
    }

    /* Milliseconds of the due time, so that numbers go on rising after a restart without being stored. */
    private synchronized long nextSequence(String stream, Instant due) {
        long next = Math.max(due.toEpochMilli(), lastSequence.getOrDefault(stream, 0L) + 1);
        lastSequence.put(stream, next);
        return next;
    }

    /* Pairs say the same whatever their rhythm is and whichever sessions are kept. */
    private static boolean isSameProbe(ProbeOrder a, ProbeOrder b) {
        return a.equals(new ProbeOrder(
                b.spec(),
                b.stable(),
                b.stablePin(),
                b.candidatePin(),
                b.token(),
                a.interval(),
                a.sessions(),
                a.round()));
    }
}
