package io.mcprollout.policy.rollout;

import java.time.Duration;
import java.time.Instant;

/**
 * Somebody else writes the same weights.
 *
 * @param times how often a raised share was undone
 * @param until no raise, and no further undoing, before this
 */
public record Contest(int times, Instant until) {
    /* The first edit is undone at once; each further one waits twice as long, and peace for that long ends the contest. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final int MOST_DOUBLINGS = 6;

    /** Nobody contests. */
    public static final Contest NONE = new Contest(0, Instant.EPOCH);

    /** One more edit was undone. */
    public Contest again(Instant now) {
        return new Contest(times + 1, now.plus(FIRST_PAUSE.multipliedBy(1L << Math.min(times, MOST_DOUBLINGS))));
    }

    /** Whether somebody fought a moment ago. */
    public boolean isOn(Instant now) {
        return now.isBefore(until);
    }
}
