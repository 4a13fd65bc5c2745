package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Observations of one stream that raised its evidence of harm one after the other, without one between them that lowered it.
 *
 * @param since when the first of them was over; null for none
 * @param until when the last of them began
 */
record Streak(@Nullable Instant since, @Nullable Instant until) {
    static final Streak NONE = new Streak(null, null);
    private static final double NOISE = 1e-9;

    /** With an observation that began and ended then, and by which the logarithm of the evidence grew by so much. */
    Streak with(double growth, Instant from, Instant to) {
        if (growth < -NOISE) {
            return NONE;
        }
        return growth <= NOISE ? this : new Streak(since == null ? to : since, from);
    }

    /** How long the candidate was worse at the least. */
    Duration length() {
        return since == null || until == null || until.isBefore(since) ? Duration.ZERO : Duration.between(since, until);
    }

    void write(StateWriter out) {
        out.instant(since).instant(until);
    }

    static Streak read(StateReader in) throws UnreadableState {
        return new Streak(in.instantOrNone(), in.instantOrNone());
    }
}
