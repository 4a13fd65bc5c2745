package io.mcprollout.controller.port;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Map;

/**
 * A mesh source to be read from now on.
 *
 * @param stream name of the evidence stream
 * @param source name of the source in the administrator's configuration
 * @param arms what to count for each slot
 * @param interval between readings
 */
public record MeshOrder(String stream, String source, Map<Slot, MeshArm> arms, Duration interval) {
    public MeshOrder {
        arms = Map.copyOf(arms);
    }

    /**
     * How a slot's requests are recognised.
     *
     * @param namespace of the service and the Deployment
     * @param deployment name of the slot's Deployment ({@code destination_workload})
     * @param host fully qualified host of the DestinationRule ({@code mcp-server.mcp-services.svc.cluster.local})
     * @param subset subset of the slot in the DestinationRule
     */
    public record MeshArm(String namespace, String deployment, String host, String subset) {}
}
