package io.mcprollout.sandbox.engine;

import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.stats.BlockEvalue;
import io.mcprollout.simulation.Exposure;
import io.mcprollout.simulation.Releaser;
import io.mcprollout.simulation.Result;
import io.mcprollout.simulation.Result.Outcome;
import io.mcprollout.simulation.Service;
import io.mcprollout.simulation.World;
import java.time.Duration;

/**
 * The best that the mesh's counts allow with a guarantee: the growth-rate optimal two-sample e-value of somebody who knows both true
 * failure probabilities, and who looks after every second request. Either the moment at which the new version goes wrong is known, too, and
 * everything is staked on it; or it may be at any look of some time, and as much is staked on each of them.
 *
 * @param percent fixed share of the new version
 * @param margin tolerated difference
 * @param bound evidence at which it goes back: 1/(α · the mesh's share of α)
 * @param unknown time since the first share within which the moment lies; zero when it is known
 */
record Oracle(int percent, double margin, double bound, Duration unknown) implements Releaser {
    private static final double REQUESTS_PER_LOOK = 2;
    private static final double LEAST = 1e-6;

    @Override
    public Result release(World world, long seed, Duration horizon) {
        Service service = new Service(world, seed, horizon);
        Exposure exposure = new Exposure(service);
        exposure.shift(0, percent);
        long begin = unknown.isZero() ? service.onset() : 0;
        exposure.playTo(begin);
        double stable = Math.max(LEAST, world.failing());
        double candidate =
                Math.min(1 - LEAST, world.failing() + world.regression().users());
        long step = Math.max(1, Math.round(1000 * REQUESTS_PER_LOOK / world.perSecond()));
        double share = unknown.isZero() ? 1 : (double) step / unknown.toMillis();
        double reserve = 1;
        double staked = 0;
        Tally stableBefore = stable(service);
        Tally candidateBefore = candidate(service);
        for (long at = begin + step; at <= horizon.toMillis(); at += step) {
            exposure.playTo(at);
            Tally stableNow = minus(stable(service), stableBefore);
            Tally candidateNow = minus(candidate(service), candidateBefore);
            if (candidateNow.total() == 0 || stableNow.total() == 0) {
                continue;
            }
            double stake = Math.min(reserve, share);
            reserve -= stake;
            staked = (staked + stake)
                    * StrictMath.exp(BlockEvalue.of(stableNow, candidateNow, stable, candidate, margin)
                            .lnE());
            stableBefore = stable(service);
            candidateBefore = candidate(service);
            if (reserve + staked >= bound) {
                exposure.shift(at, 0);
                return exposure.ended(Outcome.ROLLED_BACK, at, horizon.toMillis());
            }
        }
        return exposure.ended(Outcome.UNDECIDED, horizon.toMillis(), horizon.toMillis());
    }

    private static Tally stable(Service service) {
        return new Tally(service.stableOk(), service.stableBad());
    }

    private static Tally candidate(Service service) {
        return new Tally(service.candidateOk(), service.candidateBad());
    }

    private static Tally minus(Tally after, Tally before) {
        return new Tally(after.ok() - before.ok(), after.bad() - before.bad());
    }
}
