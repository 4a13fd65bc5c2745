package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
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

    /** The table for {@code host} (without port) at {@code gateway} ({@code namespace/name}) of VirtualServices as the Kubernetes API stores them. */
    public static RouteTable of(Collection<JsonNode> virtualServices, String gateway, String host) {
        return of(virtualServices.stream().map(VirtualService::of).toList(), gateway, host);
    }

    /** The same of VirtualServices already read. */
    static RouteTable of(List<VirtualService> virtualServices, String gateway, String host) {
        List<VirtualService> bound = virtualServices.stream()
                .filter(service -> service.gateways().contains(gateway))
                .sorted(Comparator.comparing(VirtualService::created)
                        .thenComparing(VirtualService::name)
                        .thenComparing(VirtualService::namespace))
                .toList();
        List<String> domains =
                bound.stream().flatMap(service -> service.hosts().stream()).toList();
        return Hosts.domain(domains, host)
                .map(domain -> merge(bound.stream()
                        .filter(service -> service.hosts().contains(domain))
                        .map(service -> service.rules(gateway))
                        .toList()))
                .orElse(EMPTY);
    }

    /* Rules of several objects with one host follow each other by age; those that catch everything go to the end. */
    private static RouteTable merge(List<List<Rule>> lists) {
        var parts = lists.stream()
                .flatMap(List::stream)
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
