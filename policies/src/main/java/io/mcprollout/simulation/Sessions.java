package io.mcprollout.simulation;

import java.time.Duration;

/**
 * How requests hang together.
 *
 * @param length mean length of a session that stays with its version, so that shares follow weights this late; zero: no session is pinned
 * @param opening share of all requests that open a session and therefore follow the weight at once: 0..1
 * @param openingFails probability that such a request fails additionally, with either version; of probes, each opens one: 0..1
 * @param burst mean size of a cluster of failures, geometric; 1: failures are independent
 */
public record Sessions(Duration length, double opening, double openingFails, double burst) {
    /** Every request is on its own. */
    public static final Sessions NONE = new Sessions(Duration.ZERO, 1, 0, 1);

    public Sessions {
        if (!(opening >= 0 && opening <= 1 && openingFails >= 0 && openingFails <= 1 && burst >= 1)) {
            throw new IllegalArgumentException("opening and openingFails must be 0..1 and burst at least 1 but are "
                    + opening + ", " + openingFails + " and " + burst);
        }
    }

    /** Failures in clusters of this mean size. */
    public Sessions withBurst(double size) {
        return new Sessions(length, opening, openingFails, size);
    }
}
