package io.mcprollout.simulation;

import io.mcprollout.simulation.Result.Outcome;

/** Plays a service and keeps what its users met: how the new version's share went, and its answers since it went wrong. */
public final class Exposure {
    private final Service service;
    private long answersBefore = -1;
    private int percentBefore;

    /** Of a service at its start. */
    public Exposure(Service service) {
        this.service = service;
    }

    /** Plays until a time in milliseconds. */
    public void playTo(long at) {
        long onset = service.onset();
        if (answersBefore < 0 && onset <= at) {
            service.playTo(onset);
            answersBefore = answers();
        }
        service.playTo(at);
    }

    /** Gives the new version another share from a time on. */
    public void shift(long at, int percent) {
        playTo(at);
        percentBefore = service.percent();
        service.shift(percent);
    }

    /** The result of a rollout that was decided at a time, or never; what follows until the horizon is played. */
    public Result ended(Outcome outcome, long at, long horizon) {
        playTo(at);
        boolean back = outcome == Outcome.ROLLED_BACK;
        long since = answersBefore < 0 ? 0 : answers() - answersBefore;
        double late = back && answersBefore >= 0 ? (at - service.onset()) / 1000.0 : Double.NaN;
        int percent = back ? percentBefore : service.percent();
        playTo(horizon);
        return new Result(outcome, at / 1000.0, late, service.candidateBad(), since, percent);
    }

    private long answers() {
        return service.candidateOk() + service.candidateBad();
    }
}
