package io.mcprollout.sandbox.mesh;

import java.util.Set;

/** A service that destinations may name: its full host name and its ports. */
public record Service(String host, Set<Integer> ports) {
    public Service {
        ports = Set.copyOf(ports);
    }

    /** A service of one port. */
    public static Service of(String host, int port) {
        return new Service(host, Set.of(port));
    }
}
