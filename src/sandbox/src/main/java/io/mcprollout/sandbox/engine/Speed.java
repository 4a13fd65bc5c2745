package io.mcprollout.sandbox.engine;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.gate.Design;
import io.mcprollout.policy.gate.Divergence;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.simulation.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** How many full updates a second one core makes: a probe pair, a reading that closes a block, and the judgement of both. */
final class Speed {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int WARM_UP = 30_000;
    private static final int MEASURED = 100_000;
    private static final int AN_ATTEMPT = 500;
    private static final Arm OK = new Arm(new Outcome.Ok(), Duration.ofMillis(80), "2025-11-25", false, "");
    private static final Arm FAILED =
            new Arm(new Outcome.Failed(ProbeCode.HTTP_5XX, "503"), Duration.ofMillis(80), "2025-11-25", false, "");

    private final Design design;
    private double kept;

    private Speed(Design design) {
        this.design = design;
    }

    /** Updates a second under a plan. */
    static double updatesPerSecond(Plan plan) {
        Design design = new Design(
                new Cohort(new Revision("1-old"), new Revision("1-new")),
                Slot.A,
                plan.numbers(),
                plan.streams(),
                plan.steps().stream().map(Step::weight).toList(),
                0);
        Speed speed = new Speed(design);
        speed.run(WARM_UP);
        long before = System.nanoTime();
        speed.run(MEASURED);
        double seconds = (System.nanoTime() - before) / 1e9;
        if (Double.isNaN(speed.kept)) {
            throw new IllegalStateException("the evidence is not a number");
        }
        return MEASURED / seconds;
    }

    private void run(int updates) {
        for (int done = 0; done < updates; done += AN_ATTEMPT) {
            attempt();
        }
    }

    private void attempt() {
        Divergence divergence = Divergence.start(design, START);
        ProbeLog log = ProbeLog.startingAt(START);
        for (int i = 1; i <= AN_ATTEMPT; i++) {
            Instant now = START.plusSeconds(2L * i);
            Arm stable = i % 97 == 0 ? FAILED : OK;
            Arm candidate = i % 89 == 0 ? FAILED : OK;
            divergence =
                    divergence.with(new ProbePair(Simulation.PROBE, i, now.minusMillis(500), stable, candidate), true);
            divergence = divergence.with(reading(i, now), log, true);
            kept += divergence.judge(now, new Weight(25)).towardsRollback();
        }
    }

    private static Reading.Counters reading(int i, Instant now) {
        return new Reading.Counters(
                Simulation.MESH,
                now,
                Duration.ofMillis(50),
                Map.of(
                        new Series("gateway", Slot.A, false),
                        18L * i,
                        new Series("gateway", Slot.A, true),
                        i / 5L,
                        new Series("gateway", Slot.B, false),
                        2L * i,
                        new Series("gateway", Slot.B, true),
                        i / 50L));
    }
}
