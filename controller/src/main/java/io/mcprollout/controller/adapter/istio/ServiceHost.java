package io.mcprollout.controller.adapter.istio;

import java.util.List;
import java.util.Optional;

/**
 * A host name that means a Service of the cluster.
 *
 * @param name of the Service
 * @param namespace of the Service
 */
record ServiceHost(String name, String namespace) {
    /* Names under which a mesh of several clusters knows a service. */
    private static final List<String> OF_SEVERAL_CLUSTERS = List.of(".global", ".svc.clusterset.local");

    /** Reads a fully qualified host; empty for one that is no Service's, or a Service's of several clusters. */
    static Optional<ServiceHost> of(String host) {
        String[] parts = host.split("\\.", 4);
        return parts.length >= 3 && parts[2].equals("svc") && !spansClusters(host)
                ? Optional.of(new ServiceHost(parts[0], parts[1]))
                : Optional.empty();
    }

    /** Whether the name stands for pods of several clusters. */
    static boolean spansClusters(String host) {
        return OF_SEVERAL_CLUSTERS.stream().anyMatch(host::endsWith);
    }
}
