package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The route tables of one gateway by domain: a host name, {@code *.suffix} or {@code *}, in lower case. */
public record RouteTables(Map<String, RouteTable> byDomain) {
    public RouteTables {
        byDomain = Map.copyOf(byDomain);
    }

    /** The tables at {@code gateway} ({@code namespace/name}) of VirtualServices as the Kubernetes API stores them, delegates included. */
    public static RouteTables of(Collection<JsonNode> virtualServices, String gateway) {
        List<VirtualService> bound = Delegates.merged(virtualServices).stream()
                .map(VirtualService::of)
                .filter(service -> service.gateways().contains(gateway))
                .sorted(Comparator.comparing(VirtualService::created)
                        .thenComparing(VirtualService::name)
                        .thenComparing(VirtualService::namespace))
                .toList();
        Map<String, RouteTable> tables = new TreeMap<>();
        for (VirtualService service : bound) {
            RouteTable table = new RouteTable(service.rules(gateway));
            if (!table.rules().isEmpty()) {
                service.hosts()
                        .forEach(host -> tables.merge(host.toLowerCase(Locale.ROOT), table, RouteTable::followedBy));
            }
        }
        return new RouteTables(tables);
    }

    /** The table for an authority: of the equal domain, else of the longest suffix, else of {@code *}, else an empty one. */
    public RouteTable table(String authority) {
        Optional<String> domain = Hosts.domain(byDomain.keySet(), Hosts.withoutPort(authority));
        return domain.map(byDomain::get).orElse(RouteTable.EMPTY);
    }
}
