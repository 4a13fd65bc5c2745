package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A VirtualService of the user's that delegates to the generated one.
 *
 * @param namespace its own
 * @param object the VirtualService
 * @param rules those that delegate, by their place in {@code spec.http}
 */
record Root(String namespace, ObjectNode object, Map<Integer, ObjectNode> rules) {
    /** Why nothing reaches the generated VirtualService, CamelCase. */
    static final String NONE = "RootNotDelegating";

    private static final Set<String> OURS =
            Set.of(TrafficPlan.SESSION, TrafficPlan.PIN, TrafficPlan.PROBE_VARIANT, TrafficPlan.PROBE_TOKEN);

    Root {
        rules = Collections.unmodifiableMap(new TreeMap<>(rules));
    }

    /** All that are known. */
    static List<Root> of(Routes.Istio routes, MeshObjects objects) {
        List<Root> roots = new ArrayList<>();
        if (routes.delegate().isEmpty()) {
            return roots;
        }
        Routes.VirtualService generated = routes.virtualServices().getFirst();
        for (ObjectNode object : objects.virtualServices()) {
            String namespace = object.at("/metadata/namespace").asText(routes.namespace());
            Map<Integer, ObjectNode> rules = new TreeMap<>();
            int index = 0;
            for (JsonNode rule : object.at("/spec/http")) {
                JsonNode delegate = rule.path("delegate");
                if (rule instanceof ObjectNode one
                        && delegate.path("name").asText("").equals(generated.name())
                        && delegate.path("namespace").asText(namespace).equals(routes.namespace(generated))) {
                    rules.put(index, one);
                }
                index++;
            }
            if (!rules.isEmpty()) {
                roots.add(new Root(namespace, object, rules));
            }
        }
        return roots;
    }

    /** What people call it. */
    String title(Routes.Istio routes) {
        String name = object.at("/metadata/name").asText();
        return namespace.equals(routes.namespace()) ? name : namespace + "/" + name;
    }

    /** Its delegating rules as routes whose requests are ours. */
    List<ManagedRoute> routes(Routes.Istio routes) {
        return rules.entrySet().stream()
                .<ManagedRoute>map(rule -> new Usable(
                        title(routes) + "/" + rule.getValue().path("name").asText("http[" + rule.getKey() + "]"),
                        rule.getKey(),
                        rule.getValue(),
                        Map.of()))
                .toList();
    }

    /** That there is none, with the lines to add. */
    static Problem missing(Routes.Istio routes, String field) {
        Routes.VirtualService generated = routes.virtualServices().getFirst();
        return new Problem(
                NONE,
                field,
                "VirtualService " + generated.name()
                        + " is there and sends everybody to the stable version, and no VirtualService"
                        + " that is watched delegates to it; add to spec.http of the one of your host, in place of the rule that serves"
                        + " the MCP path: - {name: mcp, match: [{uri: {prefix: /mcp}}], delegate: {name: "
                        + generated.name()
                        + ", namespace: " + routes.namespace(generated) + "}}");
    }

    /** What Istio would drop a rule of ours for. */
    List<Problem> clashes(Routes.Istio routes, String field) {
        List<Problem> problems = new ArrayList<>();
        routes(routes)
                .forEach(route -> ((Usable) route)
                        .rule()
                        .path("match")
                        .forEach(block -> clash(block)
                                .ifPresent(header -> problems.add(new Problem(
                                        MatchClash.REASON,
                                        field,
                                        "route " + ((Usable) route).id() + " matches on the header " + header
                                                + ", on which rules of the VirtualService that it delegates to match as well, so that Istio drops"
                                                + " those; take it out of the root's match")))));
        return problems;
    }

    private static Optional<String> clash(JsonNode block) {
        for (String kind : List.of("headers", "withoutHeaders")) {
            for (var header : block.path(kind).properties()) {
                if (OURS.stream().anyMatch(header.getKey()::equalsIgnoreCase)) {
                    return Optional.of(header.getKey());
                }
            }
        }
        return Optional.empty();
    }
}
