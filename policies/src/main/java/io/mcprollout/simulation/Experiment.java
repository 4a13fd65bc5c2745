package io.mcprollout.simulation;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Many rollouts of one world, on all cores: the same arguments give the same results, in the order of their seeds.
 *
 * @param world the world
 * @param horizon time that is looked at
 * @param seed of the first rollout; each has its own, whoever releases, so that two releasers meet the same histories
 */
public record Experiment(World world, Duration horizon, long seed) {
    /** The first rollouts of the experiment. */
    public List<Result> results(Releaser releaser, int runs) {
        return IntStream.range(0, runs)
                .parallel()
                .mapToObj(run -> releaser.release(world, seed + run, horizon))
                .toList();
    }

    /** The first rollouts of the experiment, summed up. */
    public Summary run(Releaser releaser, int runs) {
        return Summary.of(results(releaser, runs));
    }
}
