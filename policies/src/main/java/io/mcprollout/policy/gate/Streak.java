package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Observations of one stream that nearly all raised its evidence of harm: probe pairs without one between them that lowered it, and
 * blocks of users' requests of which at no time more than one in five did.
 *
 * @param since when the first that raised it was over; null for none
 * @param until when the last that raised it began
 * @param raising how many raised it
 * @param lowering how many lowered it
 */
record Streak(@Nullable Instant since, @Nullable Instant until, long raising, long lowering) {
    static final Streak NONE = new Streak(null, null, 0, 0);
    private static final int RAISING_FOR_EACH_LOWERING = 4;
    private static final int ENOUGH = 1000;
    private static final double NOISE = 1e-9;

    /** With a probe pair, by which the logarithm of the evidence grew by so much. */
    Streak pair(double growth, Instant at) {
        return growth < -NOISE ? NONE : block(growth, at, at);
    }

    /** With a block that began and ended then. */
    Streak block(double growth, Instant from, Instant to) {
        if (growth > NOISE) {
            return new Streak(since == null ? to : since, from, Math.min(ENOUGH, raising + 1), lowering);
        }
        boolean lowered = growth < -NOISE;
        boolean ends = lowered && raising < RAISING_FOR_EACH_LOWERING * (lowering + 1);
        return ends ? NONE : new Streak(since, until, raising, lowered ? lowering + 1 : lowering);
    }

    /** How long the candidate was worse at the least. */
    Duration length() {
        return since == null || until == null || until.isBefore(since) ? Duration.ZERO : Duration.between(since, until);
    }

    void write(StateWriter out) {
        out.instant(since).instant(until).counts(raising, lowering);
    }

    static Streak read(StateReader in) throws UnreadableState {
        return new Streak(in.instantOrNone(), in.instantOrNone(), in.count(), in.count());
    }
}
