package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import java.util.Optional;
import java.util.Set;

/** By which labels the routes tell the slots apart. */
@FunctionalInterface
public interface SubsetLabels {
    /** Keys of the labels; none when the routes name no subsets that exist; empty when that cannot be told now. */
    Optional<Set<String>> keys(RolloutKey rollout, Routes routes);
}
