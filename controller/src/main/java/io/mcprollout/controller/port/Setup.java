package io.mcprollout.controller.port;

import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;

/**
 * A spec, read once and whole: the plan and where it is carried out. Frozen with the attempt.
 *
 * @param plan what is decided on
 * @param routes what is written
 * @param deployments name of each slot's Deployment
 * @param ignoredKeys annotations and labels that are no part of a revision, beside the default ones
 * @param probes how the versions are asked
 * @param mesh stream name to source name
 */
public record Setup(
        Plan plan,
        Routes routes,
        Map<Slot, String> deployments,
        List<String> ignoredKeys,
        List<ProbeSpec> probes,
        Map<String, String> mesh) {
    public Setup {
        deployments = Map.copyOf(deployments);
        ignoredKeys = List.copyOf(ignoredKeys);
        probes = List.copyOf(probes);
        mesh = Map.copyOf(mesh);
    }
}
