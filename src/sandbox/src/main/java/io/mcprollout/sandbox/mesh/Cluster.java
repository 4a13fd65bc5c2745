package io.mcprollout.sandbox.mesh;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One destination's pods: Istio's cluster name, the service's host, and the ready endpoints. */
public record Cluster(String name, String host, List<Endpoint> endpoints) {
    public Cluster {
        endpoints = List.copyOf(endpoints);
    }

    /** The endpoint whose turn it is, preferring those not tried yet; empty when none is ready. */
    Optional<Endpoint> pick(int turn, Set<Endpoint> tried) {
        List<Endpoint> fresh =
                endpoints.stream().filter(e -> !tried.contains(e)).toList();
        List<Endpoint> from = fresh.isEmpty() ? endpoints : fresh;
        return from.isEmpty() ? Optional.empty() : Optional.of(from.get(Math.floorMod(turn, from.size())));
    }
}
