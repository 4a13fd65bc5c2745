package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Exposure;
import io.mcprollout.simulation.Service;

/** Success rate of the new version over the time since the last look, as a query of Prometheus gives it. */
final class Window {
    private final Service service;
    private final Exposure exposure;
    private long okBefore;
    private long badBefore;

    Window(Service service, Exposure exposure) {
        this.service = service;
        this.exposure = exposure;
    }

    /** Plays until a time in milliseconds; the share of good answers since the last look: 0..1, NaN without any answer. */
    double successTo(long at) {
        exposure.playTo(at);
        double ok = service.candidateOk() - okBefore;
        double all = ok + service.candidateBad() - badBefore;
        okBefore = service.candidateOk();
        badBefore = service.candidateBad();
        return all == 0 ? Double.NaN : ok / all;
    }
}
