package io.mcprollout.sandbox.mesh;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One configuration as the gateway has it: the VirtualServices and the clusters, route tables made per host on demand. */
final class MeshSnapshot {
    private final List<VirtualService> virtualServices;
    private final String gateway;
    private final Clusters clusters;
    private final Map<String, RouteTable> tables = new ConcurrentHashMap<>();

    private MeshSnapshot(List<VirtualService> virtualServices, String gateway, Clusters clusters) {
        this.virtualServices = virtualServices;
        this.gateway = gateway;
        this.clusters = clusters;
    }

    /** Reads everything once; an invalid object makes it fail with {@link InvalidRouteException}. */
    static MeshSnapshot of(MeshConfig config, String gateway) {
        return new MeshSnapshot(
                config.virtualServices().stream().map(VirtualService::of).toList(),
                gateway,
                Clusters.of(config.services(), config.destinationRules(), config.endpoints()));
    }

    Clusters clusters() {
        return clusters;
    }

    RouteTable table(String authority) {
        if (tables.size() > 1_000) {
            tables.clear(); // hosts come from clients
        }
        return tables.computeIfAbsent(
                Hosts.withoutPort(authority), host -> RouteTable.of(virtualServices, gateway, host));
    }
}
