package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Plays given evidence to a gate, one event after the other. Slot a is stable. */
final class Scene {
    static final Instant START = World.START;

    private final Map<String, Long> counters = new TreeMap<>();
    private final Map<Slot, SortedMap<Double, Long>> durations = new EnumMap<>(Slot.class);
    private Divergence divergence;
    private Instant now = START;
    private long sequence;

    Scene(Design design) {
        divergence = Divergence.start(design, START);
    }

    Divergence divergence() {
        return divergence;
    }

    Instant now() {
        return now;
    }

    /** Time passes and is watched. */
    Scene wait(Duration time) {
        now = now.plus(time);
        divergence = divergence.tick(now);
        return this;
    }

    /** After so many seconds a pair in which these failed. */
    Scene pair(int seconds, boolean stableFails, boolean candidateFails) {
        return pair(World.PROBE, seconds, World.arm(stableFails), World.arm(candidateFails));
    }

    /** The same without a look at the state afterwards. */
    Scene pairUnwatched(int seconds, boolean stableFails, boolean candidateFails) {
        now = now.plusSeconds(seconds);
        sequence++;
        divergence = divergence.with(
                new ProbePair(World.PROBE, sequence, now, World.arm(stableFails), World.arm(candidateFails)), true);
        return this;
    }

    /** The same pair, so many times. */
    Scene pairs(int times, int seconds, boolean stableFails, boolean candidateFails) {
        for (int i = 0; i < times; i++) {
            pair(seconds, stableFails, candidateFails);
        }
        return this;
    }

    /** After so many seconds a pair of a stream. */
    Scene pair(String stream, int seconds, Arm stable, Arm candidate) {
        now = now.plusSeconds(seconds);
        sequence++;
        divergence = divergence
                .with(new ProbePair(stream, sequence, now, stable, candidate), true)
                .tick(now);
        return this;
    }

    /** After so many seconds a reading with this much more. */
    Scene mesh(int seconds, long stableOk, long stableBad, long candidateOk, long candidateBad) {
        now = now.plusSeconds(seconds);
        add("a ok", stableOk);
        add("a bad", stableBad);
        add("b ok", candidateOk);
        add("b bad", candidateBad);
        divergence =
                divergence.with(reading(), ProbeLog.startingAt(START), true).tick(now);
        return this;
    }

    /** A reading as it is given. */
    Scene read(Reading reading, ProbeLog log) {
        divergence = divergence.with(reading, log, true);
        return this;
    }

    /** After so many seconds a reading with this many answers more, of which some took 40 ms and the slow ones two seconds. */
    Scene took(int seconds, long stableFast, long stableSlow, long candidateFast, long candidateSlow) {
        took(Slot.A, stableFast, stableSlow);
        took(Slot.B, candidateFast, candidateSlow);
        return mesh(seconds, stableFast + stableSlow, 0, candidateFast + candidateSlow, 0);
    }

    private void took(Slot slot, long fast, long slow) {
        SortedMap<Double, Long> atMost = durations.computeIfAbsent(
                slot, name -> new TreeMap<>(Map.of(50.0, 0L, 250.0, 0L, 5000.0, 0L, Double.POSITIVE_INFINITY, 0L)));
        atMost.replaceAll((bound, count) -> count + fast + (bound > 2000 ? slow : 0));
    }

    /** The same while no route gives the candidate users. */
    Scene meshUnrouted(int seconds, long stableOk, long stableBad, long candidateOk, long candidateBad) {
        now = now.plusSeconds(seconds);
        add("a ok", stableOk);
        add("a bad", stableBad);
        add("b ok", candidateOk);
        add("b bad", candidateBad);
        divergence = divergence
                .with(reading(), ProbeLog.startingAt(START), true, false)
                .tick(now);
        return this;
    }

    /** Weights change for the first time. */
    Scene routed() {
        divergence = divergence.weightChanged(now, false);
        return this;
    }

    /** Weights change. */
    Scene weightChanged() {
        divergence = divergence.weightChanged(now);
        return this;
    }

    /** The gate's state goes through its text. */
    Scene saved() {
        try {
            divergence = Divergence.decode(divergence.encode());
            return this;
        } catch (io.mcprollout.policy.evidence.UnreadableState unreadable) {
            throw new AssertionError(unreadable);
        }
    }

    Judgement judge(int next) {
        return divergence.judge(now, new Weight(next));
    }

    Reading.Counters reading() {
        return new Reading.Counters(
                World.MESH,
                now,
                Duration.ZERO,
                Map.of(
                        new Reading.Series("pod", Slot.A, false), counters.getOrDefault("a ok", 0L),
                        new Reading.Series("pod", Slot.A, true), counters.getOrDefault("a bad", 0L),
                        new Reading.Series("pod", Slot.B, false), counters.getOrDefault("b ok", 0L),
                        new Reading.Series("pod", Slot.B, true), counters.getOrDefault("b bad", 0L)),
                durations.isEmpty() ? Reading.Latency.none("no histogram") : latency());
    }

    private Reading.Latency latency() {
        List<Reading.Histogram> histograms = new ArrayList<>();
        durations.forEach((slot, atMost) -> histograms.add(new Reading.Histogram("pod", slot, atMost)));
        return new Reading.Latency(now, Duration.ZERO, histograms, "");
    }

    static Arm after(int millis) {
        return new Arm(new Outcome.Ok(), Duration.ofMillis(millis), "2025-11-25", false, "");
    }

    static Arm failed(ProbeCode code, String detail) {
        return new Arm(Outcome.of(code, detail), Duration.ofMillis(20), "2025-11-25", false, "");
    }

    static List<Weight> steps(int... percents) {
        return java.util.Arrays.stream(percents).mapToObj(Weight::new).toList();
    }

    private void add(String key, long count) {
        counters.merge(key, count, Long::sum);
    }
}
