package io.mcprollout.it.scenario;

import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.RolloutKey;
import java.time.Duration;

/** Meters that nobody reads. */
interface Uncounted extends Meters {
    @Override
    default void ticked(Duration took) {}

    @Override
    default void late(Duration late) {}

    @Override
    default void moved(RolloutKey rollout, String from, String to) {}

    @Override
    default void shifted(RolloutKey rollout, int percent) {}

    @Override
    default void failed(RolloutKey rollout, String what) {}

    @Override
    default void forget(RolloutKey rollout) {}
}
