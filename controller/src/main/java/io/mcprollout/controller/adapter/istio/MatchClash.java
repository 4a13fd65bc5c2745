package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a user's match asks of headers by which the controller's own rules tell requests apart: of one header a block can ask one thing. */
final class MatchClash {
    /** Why such a route cannot be managed, CamelCase. */
    static final String REASON = "HeaderMatchTaken";

    private static final Set<String> OF_PROBES = Set.of(TrafficPlan.PROBE_VARIANT, TrafficPlan.PROBE_TOKEN);
    /* How Istio is asked whether there is any value. */
    private static final Set<String> ANY = Set.of("*", ".*");

    private MatchClash() {}

    /** What is in the way in a rule's match, with the fix; empty when nothing is. */
    static Optional<String> of(JsonNode rule) {
        for (JsonNode block : rule.path("match")) {
            for (String kind : List.of("headers", "withoutHeaders")) {
                for (var header : block.path(kind).properties()) {
                    if (OF_PROBES.stream().anyMatch(header.getKey()::equalsIgnoreCase)) {
                        return Optional.of("matches on the header " + header.getKey()
                                + ", which is the controller's; take it out of its match");
                    }
                }
            }
            for (var header : block.path("headers").properties()) {
                if (header.getKey().equalsIgnoreCase(TrafficPlan.SESSION) && !isPresence(header.getValue())) {
                    return Optional.of("matches a value of the header " + TrafficPlan.SESSION
                            + ", beside which no rule can tell whose session it is; ask only whether it is there, by "
                            + TrafficPlan.SESSION + ": {}, or take it out of its match");
                }
            }
        }
        return Optional.empty();
    }

    /** Whether a condition asks for nothing but any value. */
    static boolean isPresence(JsonNode condition) {
        return condition.isEmpty()
                || ANY.contains(condition.path("regex").asText(""))
                || condition.path("prefix").asText("-").isEmpty();
    }

    /** Takes a header's condition out of a block's, whatever the case of its letters. */
    static void drop(ObjectNode headers, String header) {
        List<String> names = headers.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .filter(header::equalsIgnoreCase)
                .toList();
        headers.remove(names);
    }
}
