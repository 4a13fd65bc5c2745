package io.mcprollout.controller.adapter.istio;

import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.traffic.Slot;
import java.util.Map;
import java.util.Optional;

/** Labels of the pods that a slot's Deployment makes. */
@FunctionalInterface
public interface SlotLabels {
    /** Labels of the pod template; empty when the Deployment is not there. */
    Optional<Map<String, String>> of(RolloutKey rollout, Slot slot);
}
