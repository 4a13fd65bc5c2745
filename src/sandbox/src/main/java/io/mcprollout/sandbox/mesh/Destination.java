package io.mcprollout.sandbox.mesh;

import java.util.Optional;
import java.util.OptionalInt;

/** Where a share of a rule's requests goes: a service's full name, one of its subsets, a port, the share's weight and the share's own headers. */
public record Destination(String host, Optional<String> subset, OptionalInt port, int weight, HeaderRules headers) {

    /** The name Istio gives the Envoy cluster of this destination, {@code defaultPort} standing in for a port left out. */
    public String cluster(int defaultPort) {
        return "outbound|" + port.orElse(defaultPort) + "|" + subset.orElse("") + "|" + host;
    }
}
