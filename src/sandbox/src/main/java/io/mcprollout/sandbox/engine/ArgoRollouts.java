package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Releaser;
import io.mcprollout.simulation.Result;
import io.mcprollout.simulation.World;
import java.time.Duration;
import java.util.List;

/**
 * Argo Rollouts' published rule with a background analysis, by the minute.
 *
 * <ol>
 *   <li>Each weight is held for a fixed time; after the last one it promotes.
 *   <li>Every minute the success rate of the last minute is measured against a fixed minimum. No data is no number, which is not at least
 *       the minimum, so that measurement failed.
 *   <li>It goes back at once when more measurements have failed than the limit, wherever in the rollout they were.
 * </ol>
 *
 * @param weights in percent, rising
 * @param pause time at each weight
 * @param failureLimit failed measurements that are tolerated
 * @param min success rate below which a measurement fails: 0..1
 */
record ArgoRollouts(List<Integer> weights, Duration pause, int failureLimit, double min) implements Releaser {
    private static final long INTERVAL = 60_000;

    ArgoRollouts {
        weights = List.copyOf(weights);
    }

    @Override
    public Result release(World world, long seed, Duration horizon) {
        Window window = new Window(world, seed, horizon);
        int failed = 0;
        window.shift(0, weights.getFirst());
        for (long at = INTERVAL; at <= horizon.toMillis(); at += INTERVAL) {
            failed += window.successTo(at) >= min ? 0 : 1;
            if (failed > failureLimit) {
                return window.back(at);
            }
            int step = (int) (at / pause.toMillis());
            if (step == weights.size()) {
                return window.promoted(at);
            }
            window.shift(at, weights.get(step));
        }
        return window.undecided();
    }
}
