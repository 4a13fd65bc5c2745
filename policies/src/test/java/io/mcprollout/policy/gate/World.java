package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A simulated service under a virtual clock of one second: users whose requests the mesh counts, probe pairs whose requests it counts as
 * well, and the gate that looks on. Slot a is stable. Failures are independent.
 */
final class World {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final String PROBE = "outside";
    static final String MESH = "gateway";

    private final SplittableRandom random;
    private final Traffic traffic;
    private final Map<Reading.Series, Long> counters = new HashMap<>();
    private final Duration skew = Duration.ofMillis(50);
    private Divergence divergence;
    private ProbeLog log = ProbeLog.startingAt(START);
    private long sequence;
    private int weight;
    private int second;

    World(Design design, Traffic traffic, int weight, long seed) {
        this.random = new SplittableRandom(seed);
        this.traffic = traffic;
        this.weight = weight;
        this.divergence = Divergence.start(design, START);
        for (Slot slot : Slot.values()) {
            counters.put(new Reading.Series("pod", slot, false), 0L);
            counters.put(new Reading.Series("pod", slot, true), 0L);
        }
    }

    /** Chance that something fails at a second. */
    interface Rate {
        double at(int second);
    }

    /**
     * Users and failures.
     *
     * @param perSecond requests of users
     * @param stable chance that stable fails a user
     * @param candidate chance that the candidate fails a user
     * @param stableProbe chance that stable fails a probe
     * @param candidateProbe chance that the candidate fails a probe
     */
    record Traffic(double perSecond, Rate stable, Rate candidate, Rate stableProbe, Rate candidateProbe) {
        static Traffic of(double perSecond, Rate stable, Rate candidate) {
            return new Traffic(perSecond, stable, candidate, stable, candidate);
        }
    }

    static Design design(Numbers numbers, boolean mesh) {
        return new Design(
                new Cohort(new Revision("1-old"), new Revision("1-new")),
                Slot.A,
                numbers,
                new Streams(
                        List.of(new Streams.Probe(PROBE, numbers.pairInterval())), mesh ? List.of(MESH) : List.of()),
                List.of(new Weight(10), new Weight(25), new Weight(50), new Weight(100)),
                0);
    }

    Divergence divergence() {
        return divergence;
    }

    int second() {
        return second;
    }

    /** Moves the weight. */
    void shift(int percent) {
        weight = percent;
        divergence = divergence.weightChanged(START.plusSeconds(second));
    }

    /** Plays one second and judges. */
    Judgement step() {
        play();
        return divergence.judge(START.plusSeconds(second), new Weight(Math.max(10, weight)));
    }

    /** Plays one second. */
    void play() {
        second++;
        Instant now = START.plusSeconds(second);
        users(Slot.A, traffic.perSecond * (100 - weight) / 100, traffic.stable.at(second));
        users(Slot.B, traffic.perSecond * weight / 100, traffic.candidate.at(second));
        Numbers numbers = divergence.design().numbers();
        if (second % numbers.pairInterval().toSeconds() == 0) {
            probe(now);
        }
        if (second % numbers.scrapeInterval().toSeconds() == 0) {
            Reading.Counters reading = new Reading.Counters(MESH, now, skew, counters);
            divergence = divergence.with(reading, log, true);
            log = log.from(divergence.probesNeededSince());
        }
        divergence = divergence.tick(now);
    }

    /** Plays until the gate fails the candidate; the second, or −1 when it did not by the given one. */
    int secondOfRollback(int until) {
        while (second < until) {
            play();
            if (divergence.harm() >= divergence.design().budget().rollbackBound() && fails()) {
                return second;
            }
        }
        return -1;
    }

    private boolean fails() {
        return divergence.judge(START.plusSeconds(second), new Weight(10)).verdict() instanceof Verdict.Fail;
    }

    private void probe(Instant now) {
        Instant due = now.minusMillis(500);
        boolean stableFails = random.nextDouble() < traffic.stableProbe.at(second);
        boolean candidateFails = random.nextDouble() < traffic.candidateProbe.at(second);
        sequence++;
        divergence = divergence.with(new ProbePair(PROBE, sequence, due, arm(stableFails), arm(candidateFails)), true);
        List<ProbeRequest> sent = new ArrayList<>();
        sent.add(request(0, Slot.A, stableFails, due));
        sent.add(request(1, Slot.B, candidateFails, due));
        log = log.plus(sent, START, now);
    }

    private ProbeRequest request(int arm, Slot slot, boolean failed, Instant due) {
        counters.merge(new Reading.Series("pod", slot, failed), 1L, Long::sum);
        return new ProbeRequest(2 * sequence + arm, slot, failed, due, due.plusMillis(random.nextInt(400)));
    }

    private void users(Slot slot, double mean, double failing) {
        int total = poisson(mean);
        for (int i = 0; i < total; i++) {
            counters.merge(new Reading.Series("pod", slot, random.nextDouble() < failing), 1L, Long::sum);
        }
    }

    private int poisson(double mean) {
        double left = Math.exp(-mean);
        int count = 0;
        for (double product = random.nextDouble(); product > left; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    static Arm arm(boolean fails) {
        Outcome outcome = fails
                ? new Outcome.Failed(ProbeCode.CALL_IS_ERROR, "get_current_time: no such zone")
                : new Outcome.Ok();
        return new Arm(outcome, Duration.ofMillis(20), "2025-11-25", false, "");
    }
}
