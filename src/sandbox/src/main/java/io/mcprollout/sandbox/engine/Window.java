package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Exposure;
import io.mcprollout.simulation.Result;
import io.mcprollout.simulation.Result.Outcome;
import io.mcprollout.simulation.Service;
import io.mcprollout.simulation.World;
import java.time.Duration;

/**
 * A simulated service and its new version, as who looks at it by queries of Prometheus sees them. Times in milliseconds from the start of the
 * rollout.
 */
final class Window {
    private final Service service;
    private final Exposure exposure;
    private final long horizon;
    private long okBefore;
    private long badBefore;

    /** One history of a world, at weight 0. */
    Window(World world, long seed, Duration horizon) {
        this.service = new Service(world, seed, horizon);
        this.exposure = new Exposure(service);
        this.horizon = horizon.toMillis();
    }

    /** Plays until a time; the share of good answers of the new version since the last look: 0..1, NaN without any answer. */
    double successTo(long at) {
        exposure.playTo(at);
        double ok = service.candidateOk() - okBefore;
        double all = ok + service.candidateBad() - badBefore;
        okBefore = service.candidateOk();
        badBefore = service.candidateBad();
        return all == 0 ? Double.NaN : ok / all;
    }

    /** Gives the new version another share from a time on: 0..100. */
    void shift(long at, int percent) {
        exposure.shift(at, percent);
    }

    /** The result when all traffic returns at a time. */
    Result back(long at) {
        shift(at, 0);
        return exposure.ended(Outcome.ROLLED_BACK, at, horizon);
    }

    /** The result when the new version gets everything from a time on. */
    Result promoted(long at) {
        shift(at, 100);
        return exposure.ended(Outcome.PROMOTED, at, horizon);
    }

    /** The result when neither came. */
    Result undecided() {
        return exposure.ended(Outcome.UNDECIDED, horizon, horizon);
    }
}
