package io.mcprollout.simulation;

import io.mcprollout.policy.rollout.Plan;
import java.time.Duration;

/**
 * Releases by the real engine in a closed loop, as the controller's loop does: look at what probes and mesh have seen, judge, decide,
 * write the route, and look again when the pacing says so.
 *
 * @param plan what is rolled out how; its streams are {@link #PROBE} and {@link #MESH}, or one of them
 */
public record Simulation(Plan plan) implements Releaser {
    /** Name of the simulated probe. */
    public static final String PROBE = ProbeDesk.STREAM;
    /** Name of the simulated mesh source. */
    public static final String MESH = Gateway.STREAM;

    @Override
    public Result release(World world, long seed, Duration horizon) {
        return new Attempt(plan, world, seed, horizon).play();
    }
}
