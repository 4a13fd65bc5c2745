package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Releaser;
import io.mcprollout.simulation.Result;
import io.mcprollout.simulation.World;
import java.time.Duration;
import java.util.List;

/**
 * Flagger's published rule, by the minute.
 *
 * <ol>
 *   <li>A new revision is found at once; a minute later it gets the first weight.
 *   <li>Every minute: back if the failed checks have reached the threshold. Else the success rate of the last minute is checked against
 *       a fixed minimum; no data is a failed check. A failed check is never forgiven and keeps the weight.
 *   <li>A check that passes gives the next weight, after the last one it promotes.
 * </ol>
 *
 * @param weights in percent, rising
 * @param threshold failed checks at which it goes back
 * @param min success rate below which a check fails: 0..1
 */
record Flagger(List<Integer> weights, int threshold, double min) implements Releaser {
    private static final long INTERVAL = 60_000;

    Flagger {
        weights = List.copyOf(weights);
    }

    @Override
    public Result release(World world, long seed, Duration horizon) {
        Window window = new Window(world, seed, horizon);
        int step = 0;
        int failed = 0;
        window.successTo(INTERVAL);
        window.shift(INTERVAL, weights.getFirst());
        for (long at = 2 * INTERVAL; at <= horizon.toMillis(); at += INTERVAL) {
            double success = window.successTo(at);
            if (failed >= threshold) {
                return window.back(at);
            }
            if (!(success >= min)) {
                failed++;
                continue;
            }
            step++;
            if (step == weights.size()) {
                return window.promoted(at);
            }
            window.shift(at, weights.get(step));
        }
        return window.undecided();
    }
}
