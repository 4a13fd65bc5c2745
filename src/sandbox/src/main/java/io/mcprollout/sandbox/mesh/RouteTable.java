package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The rules of one host at one gateway, as Istio makes them of VirtualServices; the first that matches a request is its rule.
 * A rule that catches everything is the last one.
 */
public record RouteTable(List<Rule> rules) {
    /** The table of a host that nobody routes. */
    public static final RouteTable EMPTY = new RouteTable(List.of());

    public RouteTable {
        rules = List.copyOf(rules);
    }

    /** The table for {@code host} at {@code gateway} ({@code namespace/name}) of VirtualServices as the Kubernetes API stores them. */
    public static RouteTable of(Collection<JsonNode> virtualServices, String gateway, String host) {
        return RouteTables.of(virtualServices, gateway).table(host);
    }

    /** This table and a younger one for the same host: rules follow each other, the older catch-all goes to the end. */
    RouteTable followedBy(RouteTable younger) {
        var parts = Stream.of(this, younger)
                .flatMap(table -> table.rules.stream())
                .collect(Collectors.partitioningBy(rule -> rule.match().catchesAll()));
        return new RouteTable(Stream.concat(
                        parts.getOrDefault(false, List.of()).stream(),
                        parts.getOrDefault(true, List.of()).stream().limit(1))
                .toList());
    }

    /** The rule of this request, if it has one. */
    public Optional<Rule> match(Request request) {
        return rules.stream().filter(rule -> rule.matches(request)).findFirst();
    }

    /** Every destination that some rule may choose. */
    public List<Destination> destinations() {
        List<Destination> all = new ArrayList<>();
        for (Rule rule : rules) {
            if (rule.action() instanceof Action.Forward forward) {
                all.addAll(forward.destinations());
            }
        }
        return List.copyOf(all);
    }
}
