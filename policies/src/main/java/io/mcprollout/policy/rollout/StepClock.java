package io.mcprollout.policy.rollout;

import java.time.Duration;
import java.time.Instant;

/**
 * Observed time in a step: a controller that was down has held nothing.
 *
 * @param last when it was read last
 * @param held time in which the question could be answered: counts towards hold and deadline
 * @param silent time since an answer was possible; 0 while one is
 * @param ticks readings, capped at 1000
 */
public record StepClock(Instant last, Duration held, Duration silent, int ticks) {
    /* Between two readings at most three intervals count, so that a pause of the controller is not taken for a held step. */
    private static final int MOST_TICKS_AT_ONCE = 3;
    private static final int ENOUGH_TICKS = 1000;

    /** Begins now. */
    public static StepClock start(Instant now) {
        return new StepClock(now, Duration.ZERO, Duration.ZERO, 0);
    }

    /**
     * The clock at {@code now}; time that goes back counts as none.
     *
     * @param interval expected between two readings
     * @param answerable whether the gates could be answered in it
     */
    public StepClock tick(Instant now, Duration interval, boolean answerable) {
        Duration passed = Duration.between(last, now);
        Duration most = Duration.ofMillis(MOST_TICKS_AT_ONCE * interval.toMillis());
        Duration counted = passed.isNegative() ? Duration.ZERO : passed.compareTo(most) > 0 ? most : passed;
        return new StepClock(
                passed.isNegative() ? last : now,
                answerable ? held.plus(counted) : held,
                answerable ? Duration.ZERO : silent.plus(counted),
                Math.min(ENOUGH_TICKS, ticks + 1));
    }
}
