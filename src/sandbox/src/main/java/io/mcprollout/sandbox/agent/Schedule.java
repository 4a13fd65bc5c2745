package io.mcprollout.sandbox.agent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** When calls are due, whatever became of earlier ones (open loop): stretches of a constant rate, evenly spaced inside. */
public record Schedule(List<Stretch> stretches) {

    /** From {@code from} after the start, {@code callsPerSecond} ≥ 0 until the next stretch begins. */
    public record Stretch(Duration from, double callsPerSecond) {
        /** Refuses negative rates. */
        public Stretch {
            if (!(callsPerSecond >= 0) || Double.isInfinite(callsPerSecond)) {
                throw new IllegalArgumentException("callsPerSecond: " + callsPerSecond + " is no rate; use 0 or more");
            }
        }
    }

    /** Never again. */
    static final long NEVER = Long.MAX_VALUE;

    /** Refuses a first stretch that does not begin at zero, and stretches out of order. */
    public Schedule {
        stretches = List.copyOf(stretches);
        if (stretches.isEmpty() || !stretches.get(0).from().isZero()) {
            throw new IllegalArgumentException("schedule: the first stretch must begin at 0");
        }
        for (int i = 1; i < stretches.size(); i++) {
            if (stretches.get(i).from().compareTo(stretches.get(i - 1).from()) <= 0) {
                throw new IllegalArgumentException("schedule: stretch " + i + " does not begin after the one before");
            }
        }
    }

    /** The same rate for ever. */
    public static Schedule constant(double callsPerSecond) {
        return new Schedule(List.of(new Stretch(Duration.ZERO, callsPerSecond)));
    }

    /** This schedule until {@code from}, then another rate. */
    public Schedule then(Duration from, double callsPerSecond) {
        List<Stretch> more = new ArrayList<>(stretches);
        more.add(new Stretch(from, callsPerSecond));
        return new Schedule(more);
    }

    /** The first due time after {@code nanos}, both in nanoseconds after the start; {@link #NEVER} when the rate stays 0. */
    long after(long nanos) {
        for (int i = 0; i < stretches.size(); i++) {
            long begin = Math.max(nanos, stretches.get(i).from().toNanos());
            long end = i + 1 < stretches.size() ? stretches.get(i + 1).from().toNanos() : NEVER;
            double rate = stretches.get(i).callsPerSecond();
            if (begin < end && rate > 0) {
                long due = begin + Math.max(1, (long) (1e9 / rate));
                if (due < end) {
                    return due;
                }
            }
        }
        return NEVER;
    }
}
