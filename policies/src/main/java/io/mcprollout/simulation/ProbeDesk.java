package io.mcprollout.simulation;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** A simulated prober: pairs at an interval, each arm one request that takes its time. Times in milliseconds from the start. */
final class ProbeDesk {
    static final String STREAM = "outside";
    private static final long MOST_MILLIS = 2000;
    private static final Outcome OK = new Outcome.Ok();
    private static final Outcome FAILED = new Outcome.Failed(ProbeCode.HTTP_5XX, "503");

    private final Weather weather;
    private final Pace pace;
    private final Gateway gateway;
    private final Sampler random;
    private final Instant start;
    private final Deque<Flying> flying = new ArrayDeque<>();
    private final List<Flying> uncounted = new ArrayList<>();
    private long last = Long.MIN_VALUE;
    private long due = Weather.NEVER;
    private long sequence;

    ProbeDesk(Weather weather, Pace pace, Gateway gateway, Sampler random, Instant start) {
        this.weather = weather;
        this.pace = pace;
        this.gateway = gateway;
        this.random = random;
        this.start = start;
    }

    private record Leg(boolean candidate, boolean failed, boolean badForMesh, long finished, long took) {}

    private static final class Flying {
        private final ProbePair pair;
        private final Leg[] legs;
        private final boolean[] counted = new boolean[2];

        Flying(ProbePair pair, Leg stable, Leg candidate) {
            this.pair = pair;
            this.legs = new Leg[] {stable, candidate};
        }

        long finished() {
            return Math.max(legs[0].finished, legs[1].finished);
        }
    }

    /** From now on a pair every so often; the next one when it is due since the last. */
    void pace(long now, long interval) {
        due = last == Long.MIN_VALUE ? now : Math.max(now, last + interval);
    }

    /** When the next pair is due. */
    long due() {
        return due;
    }

    /** Sends the pair that is due now. */
    void send(long interval) {
        long at = due;
        sequence++;
        Leg stable = leg(false, at);
        Leg candidate = leg(true, at);
        Flying next = new Flying(
                new ProbePair(STREAM, sequence, start.plusMillis(at), arm(stable, at), arm(candidate, at)),
                stable,
                candidate);
        flying.add(next);
        uncounted.add(next);
        last = at;
        due = at + interval;
    }

    private Leg leg(boolean candidate, long at) {
        double chance = random.uniform();
        double millis = 1 + Pace.MEDIAN_MILLIS * StrictMath.exp(Pace.SIGMA * random.gaussian());
        long took = (long) Math.min(MOST_MILLIS, weather.isWrong(candidate, at) ? slowed(millis) : millis);
        return new Leg(
                candidate,
                chance < weather.probe(candidate, at),
                chance < weather.probeAsMeshSees(candidate, at),
                at + took,
                took);
    }

    private double slowed(double millis) {
        double later = pace.tail() > 0 && random.happens(pace.tail()) ? Pace.TAIL_MILLIS : 0;
        return millis * pace.factor() + later;
    }

    private static Arm arm(Leg leg, long sent) {
        return new Arm(leg.failed ? FAILED : OK, Duration.ofMillis(leg.finished - sent), "2025-11-25", false, "");
    }

    /** Has the gateway count every request that has ended by now. */
    void countTo(long at) {
        uncounted.removeIf(pair -> {
            for (int i = 0; i < 2; i++) {
                if (!pair.counted[i] && pair.legs[i].finished <= at) {
                    pair.counted[i] = true;
                    gateway.probed(pair.legs[i].candidate, pair.legs[i].badForMesh, pair.legs[i].took);
                }
            }
            return pair.counted[0] && pair.counted[1];
        });
    }

    /** Pairs that have ended by now, in the order in which they were due; a pair waits for those before it. */
    List<ProbePair> drain(long now, List<ProbeRequest> requests) {
        List<ProbePair> ended = new ArrayList<>();
        while (!flying.isEmpty() && flying.peekFirst().finished() <= now) {
            Flying pair = flying.removeFirst();
            ended.add(pair.pair);
            log(pair, now, requests);
        }
        flying.forEach(pair -> log(pair, now, requests));
        return ended;
    }

    private void log(Flying pair, long now, List<ProbeRequest> requests) {
        for (Leg leg : pair.legs) {
            boolean ended = leg.finished <= now;
            requests.add(new ProbeRequest(
                    2 * pair.pair.sequence() + (leg.candidate ? 1 : 0),
                    leg.candidate ? Slot.B : Slot.A,
                    ended && leg.badForMesh,
                    pair.pair.at(),
                    ended ? start.plusMillis(leg.finished) : null));
        }
    }

    /** The process ends: what it has not told is lost, what it has sent is not. */
    void crash() {
        flying.clear();
        due = Weather.NEVER;
    }
}
