package io.mcprollout.simulation;

import io.mcprollout.policy.rollout.Plan;
import java.time.Duration;

/**
 * Releases by the real engine in a closed loop, as the controller's loop does: look at what probes and mesh have seen, judge, decide,
 * write the route, and look again when the pacing says so.
 *
 * @param plan what is rolled out how; its streams are {@link #PROBE} and {@link #MESH}, or one of them
 * @param remembers whether the mesh source remembers the last hour before the rollout, minute by minute
 */
public record Simulation(Plan plan, boolean remembers) implements Releaser {
    /** Name of the simulated probe. */
    public static final String PROBE = ProbeDesk.STREAM;
    /** Name of the simulated mesh source. */
    public static final String MESH = Gateway.STREAM;

    /** With a mesh source that remembers nothing. */
    public Simulation(Plan plan) {
        this(plan, false);
    }

    @Override
    public Result release(World world, long seed, Duration horizon) {
        return new Attempt(plan, world, seed, horizon, remembers).play();
    }
}
