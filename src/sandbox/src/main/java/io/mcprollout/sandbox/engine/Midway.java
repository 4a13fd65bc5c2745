package io.mcprollout.sandbox.engine;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.gate.Design;
import io.mcprollout.policy.gate.Divergence;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.simulation.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An attempt in the middle of its step to 10 %, and what is seen next. Every two seconds there are a probe pair and a reading of the mesh
 * that closes a block; about 1 % fails on both sides.
 *
 * @param divergence its evidence
 * @param log of the prober's requests, which knows none
 * @param next what is seen after it, in order
 */
record Midway(Divergence divergence, ProbeLog log, List<Sight> next) {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Weight NEXT = new Weight(25);
    private static final int PREFLIGHT = 15;
    private static final int MIDDLE = 265;
    private static final int LAST = 765;
    private static final Arm OK = new Arm(new Outcome.Ok(), Duration.ofMillis(80), "2025-11-25", false, "");
    private static final Arm FAILED =
            new Arm(new Outcome.Failed(ProbeCode.HTTP_5XX, "503"), Duration.ofMillis(80), "2025-11-25", false, "");

    /** What is seen at one moment. */
    record Sight(Instant at, ProbePair pair, Counters reading) {}

    Midway {
        next = List.copyOf(next);
    }

    /** An attempt under a plan; {@code timed}: the mesh tells how long requests take. */
    static Midway of(Plan plan, boolean timed) {
        Design design = new Design(
                new Cohort(new Revision("1-old"), new Revision("1-new")),
                Slot.A,
                plan.numbers(),
                plan.streams(),
                plan.steps().stream().map(Step::weight).toList(),
                0);
        ProbeLog log = ProbeLog.startingAt(START);
        Divergence divergence = Divergence.start(design, START);
        for (int i = 1; i <= MIDDLE; i++) {
            divergence = take(divergence, log, sight(i, timed));
            divergence = i == PREFLIGHT ? divergence.weightChanged(at(i)) : divergence;
        }
        List<Sight> next = new ArrayList<>();
        for (int i = MIDDLE + 1; i <= LAST; i++) {
            next.add(sight(i, timed));
        }
        return new Midway(divergence, log, next);
    }

    /** Evidence with what is seen. */
    static Divergence take(Divergence before, ProbeLog log, Sight sight) {
        return before.with(sight.pair(), true).with(sight.reading(), log, true);
    }

    /** Whether the next weight may be taken. */
    static Judgement judge(Divergence divergence, Sight sight) {
        return divergence.judge(sight.at(), NEXT);
    }

    private static Instant at(int i) {
        return START.plusSeconds(2L * i);
    }

    private static Sight sight(int i, boolean timed) {
        Arm stable = i % 97 == 0 ? FAILED : OK;
        Arm candidate = i % 89 == 0 ? FAILED : OK;
        return new Sight(
                at(i),
                new ProbePair(Simulation.PROBE, i, at(i).minusMillis(500), stable, candidate),
                reading(i, Math.max(0, i - PREFLIGHT), timed));
    }

    private static Counters reading(int i, int exposed, boolean timed) {
        Duration skew = Duration.ofMillis(50);
        Map<Series, Long> counters = Map.of(
                new Series("gateway", Slot.A, false),
                18L * i,
                new Series("gateway", Slot.A, true),
                i / 5L,
                new Series("gateway", Slot.B, false),
                2L * exposed,
                new Series("gateway", Slot.B, true),
                exposed / 50L);
        Latency latency = timed
                ? new Latency(at(i), skew, List.of(histogram(Slot.A, 18L * i), histogram(Slot.B, 2L * exposed)), "")
                : Latency.none("not measured here");
        return new Reading.Counters(Simulation.MESH, at(i), skew, counters, latency);
    }

    /* Of a hundred answers, 62 take at most 100 ms, 97 at most 250 ms and all at most a second, in the 20 buckets that Istio has. */
    private static Histogram histogram(Slot slot, long answers) {
        SortedMap<Double, Long> atMost = new TreeMap<>();
        for (double bound : new double[] {.5, 1, 5, 10, 25, 50}) {
            atMost.put(bound, 0L);
        }
        atMost.put(100.0, answers * 62 / 100);
        atMost.put(250.0, answers * 97 / 100);
        atMost.put(500.0, answers * 99 / 100);
        for (double bound : new double[] {1e3, 2500, 5e3, 1e4, 3e4, 6e4, 3e5, 6e5, 18e5, 36e5}) {
            atMost.put(bound, answers);
        }
        atMost.put(Double.POSITIVE_INFINITY, answers);
        return new Histogram("gateway", slot, atMost);
    }
}
