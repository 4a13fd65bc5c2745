package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The controller's own rules: requests that carry the attempt's token reach the incarnation they name, whatever the weights. */
final class ProbeRules {
    private ProbeRules() {}

    /** The rules that belong above the user's, in order: every probeable incarnation for every managed route. */
    static List<ObjectNode> compile(List<Usable> routes, TrafficPlan plan, String token) {
        List<ObjectNode> rules = new ArrayList<>();
        for (PinId pin : plan.probeable()) {
            for (Usable route : routes) {
                rules.add(compile(route, pin, name(named(pin), route, routes.size()), token));
            }
        }
        return rules;
    }

    /** The controller's own rules that are there. */
    static List<ObjectNode> present(JsonNode object) {
        List<ObjectNode> rules = new ArrayList<>();
        for (JsonNode rule : object.path("spec").path("http")) {
            if (rule instanceof ObjectNode one && ManagedRoute.isOwn(rule)) {
                rules.add(one);
            }
        }
        return rules;
    }

    /** Secret in the rules that are there; empty when there are none. */
    static String token(JsonNode object) {
        return present(object).stream()
                .map(rule -> header(rule.path("match").path(0), TrafficPlan.PROBE_TOKEN))
                .filter(token -> !token.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Incarnations that have a rule, wherever it leads. */
    static Set<PinId> pins(JsonNode object) {
        Set<PinId> pins = new HashSet<>();
        present(object).forEach(rule -> pin(rule).ifPresent(pins::add));
        return pins;
    }

    /** Incarnations whose probes reach their slot by a rule above this route. */
    static Set<PinId> probeable(JsonNode object, Usable route, int routes, Destinations destinations) {
        Set<PinId> pins = new HashSet<>();
        int index = 0;
        for (JsonNode rule : object.path("spec").path("http")) {
            if (index++ < route.index() && ManagedRoute.isOwn(rule)) {
                pin(rule)
                        .filter(pin -> rule.path("name").asText().equals(name(named(pin), route, routes)))
                        .filter(pin -> reaches(rule, pin.slot(), destinations))
                        .ifPresent(pins::add);
            }
        }
        return pins;
    }

    private static boolean reaches(JsonNode rule, Slot slot, Destinations destinations) {
        return Destinations.of(rule).size() == 1
                && destinations.of(rule, slot).size() == 1
                && !header(rule.path("match").path(0), TrafficPlan.PROBE_TOKEN).isEmpty();
    }

    private static Optional<PinId> pin(JsonNode rule) {
        try {
            return Optional.of(PinId.parse(header(rule.path("match").path(0), TrafficPlan.PROBE_VARIANT)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String header(JsonNode match, String header) {
        return match.path("headers").path(header).path("exact").asText("");
    }

    private static String named(PinId pin) {
        return TrafficPlan.RULE_PREFIX + "probe-" + pin;
    }

    private static String name(String name, Usable route, int routes) {
        return routes > 1 ? name + "-" + route.name() : name;
    }

    /*
     * A copy of the managed rule, so that a probe meets the same timeout, rewrite, CORS policy and header operations as a user, with
     * these differences: it matches only with token and incarnation, has the slot's destination alone, never retries, mirrors nothing,
     * and says which incarnation was chosen.
     */
    private static ObjectNode compile(Usable route, PinId pin, String name, String token) {
        ObjectNode rule = JsonNodeFactory.instance.objectNode();
        rule.put("name", name);
        rule.set("match", match(route.rule(), pin, token));
        for (var field : route.rule().properties()) {
            if (!REPLACED.contains(field.getKey())) {
                rule.set(field.getKey(), field.getValue().deepCopy());
            }
        }
        ObjectNode headers = rule.withObjectProperty("headers");
        ArrayNode remove = headers.withObjectProperty("request").withArrayProperty("remove");
        remove.add(TrafficPlan.PROBE_VARIANT).add(TrafficPlan.PROBE_TOKEN);
        headers.withObjectProperty("response").withObjectProperty("set").put(TrafficPlan.VARIANT, pin.toString());
        rule.putObject("retries").put("attempts", 0);
        ObjectNode target = route.target(pin.slot()).json().deepCopy();
        target.remove("weight");
        withoutVariant(target.path("headers").path("response"));
        rule.putArray("route").add(target);
        return rule;
    }

    private static final Set<String> REPLACED = Set.of(
            "name",
            "match",
            "route",
            "retries",
            "mirror",
            "mirrors",
            "mirrorPercentage",
            "mirrorPercent",
            "mirror_percent");

    private static ArrayNode match(JsonNode rule, PinId pin, String token) {
        ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
        for (JsonNode block : rule.path("match")) {
            blocks.add(block.deepCopy());
        }
        if (blocks.isEmpty()) {
            blocks.addObject();
        }
        for (JsonNode block : blocks) {
            ObjectNode headers = ((ObjectNode) block).withObjectProperty("headers");
            headers.putObject(TrafficPlan.PROBE_VARIANT).put("exact", pin.toString());
            headers.putObject(TrafficPlan.PROBE_TOKEN).put("exact", token);
        }
        return blocks;
    }

    /** A destination's own response header of that name would overrule the rule's. */
    private static void withoutVariant(JsonNode response) {
        for (String operation : List.of("set", "add")) {
            if (response.path(operation) instanceof ObjectNode headers) {
                headers.remove(TrafficPlan.VARIANT);
            }
        }
    }
}
