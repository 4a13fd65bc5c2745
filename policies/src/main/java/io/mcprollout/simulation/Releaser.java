package io.mcprollout.simulation;

import java.time.Duration;

/** Something that releases a new version in a simulated world, and takes it back when it must. */
public interface Releaser {
    /** One rollout in the history that a seed makes of a world; the same arguments give the same result. */
    Result release(World world, long seed, Duration horizon);
}
