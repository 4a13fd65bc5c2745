package io.mcprollout.sandbox.mesh;

import java.util.Map;

/**
 * A pod behind one port of a service: where it listens, whether it takes requests, the workload (Deployment) it belongs to
 * and its labels.
 */
public record Endpoint(
        String service,
        int servicePort,
        String ip,
        int port,
        boolean ready,
        String workload,
        Map<String, String> labels) {
    public Endpoint {
        labels = Map.copyOf(labels);
    }

    /** Whether the pod carries every one of the labels. */
    boolean carries(Map<String, String> wanted) {
        return labels.entrySet().containsAll(wanted.entrySet());
    }
}
