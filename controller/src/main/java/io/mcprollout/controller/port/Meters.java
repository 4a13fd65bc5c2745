package io.mcprollout.controller.port;

import java.time.Duration;

/** Counts what the loop does. */
public interface Meters {
    /** One look at a rollout took this long. */
    void ticked(Duration took);

    /** A look began so long after it was due. */
    void late(Duration late);

    /** A rollout changed its state; both are names of states. */
    void moved(RolloutKey rollout, String from, String to);

    /** The candidate's share was written. */
    void shifted(RolloutKey rollout, int percent);

    /** Something could not be read or written; what, in CamelCase. */
    void failed(RolloutKey rollout, String what);

    /** The rollout is gone: what was counted of it is of no use to anybody. */
    void forget(RolloutKey rollout);
}
