package io.mcprollout.simulation;

import java.time.Duration;
import java.util.Optional;

/**
 * What is wrong with the new version.
 *
 * @param users probability that a user's request fails additionally: 0..1
 * @param probes probability that a probe fails additionally: 0..1; what exceeds that of users, the mesh does not see
 * @param onset time from its first share of traffic until it goes wrong; empty: from the start, at weight 0 too
 */
public record Regression(double users, double probes, Optional<Duration> onset) {
    /** Nothing is wrong. */
    public static final Regression NONE = new Regression(0, 0, Optional.empty());

    public Regression {
        if (!(users >= 0 && users <= 1 && probes >= 0 && probes <= 1)) {
            throw new IllegalArgumentException(
                    "additional failures must be 0..1 but are " + users + " of users and " + probes + " of probes");
        }
    }

    /** This much more of everything fails, from the start. */
    public static Regression of(double drop) {
        return new Regression(drop, drop, Optional.empty());
    }

    /** The same, some time after the first share of traffic. */
    public Regression after(Duration later) {
        return new Regression(users, probes, Optional.of(later));
    }
}
