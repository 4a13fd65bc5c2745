package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.RolloutKey;
import java.time.Duration;
import java.time.Instant;

/**
 * How often status may be written though nothing depends on it: per rollout once in an interval, jittered by up to a fifth so that
 * rollouts that began together do not write together; and all together so many times a second. Thread-safe.
 */
final class StatusBudget {
    private static final long JITTER_STEPS = 200;

    private final Duration interval;
    private final double perSecond;
    private double left;
    private Instant filled = Instant.EPOCH;

    /** A full budget. */
    StatusBudget(Duration interval, int perSecond) {
        this.interval = interval;
        this.perSecond = perSecond;
        this.left = perSecond;
    }

    /** When a rollout that was saved then may be saved again without need. */
    Instant due(RolloutKey rollout, Instant saved) {
        long step = Math.floorMod(31L * rollout.hashCode() + saved.hashCode(), JITTER_STEPS);
        return saved.plus(interval).plusNanos(interval.toNanos() / (5 * JITTER_STEPS) * step);
    }

    /** Takes one write, if there is one left for all rollouts together. */
    synchronized boolean take(Instant now) {
        double seconds = Math.max(0, Duration.between(filled, now).toMillis() / 1000.0);
        left = Math.min(perSecond, left + seconds * perSecond);
        filled = now.isAfter(filled) ? now : filled;
        if (left < 1) {
            return false;
        }
        left -= 1;
        return true;
    }
}
