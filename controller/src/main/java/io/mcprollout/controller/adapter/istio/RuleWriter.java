package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.policy.traffic.RouteRule;
import io.mcprollout.policy.traffic.RouteRule.Alternative;
import io.mcprollout.policy.traffic.RouteRule.Condition;
import io.mcprollout.policy.traffic.RouteRule.To;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/*
 * A copy of the managed rule, so that its requests meet the same timeout, rewrite, CORS policy and header operations as everybody's, with
 * these differences: it matches only under its own conditions, and goes where it says. What is not retried is not mirrored either: a probe
 * is nobody's call. An answer that the gateway gives itself takes over what concerns answers, for Istio refuses the rest beside it.
 */
/** Writes a rule of a plan as an http rule of a VirtualService, after a managed route. */
final class RuleWriter {
    static final int NOT_FOUND = 404;

    private static final String CONTENT_TYPE = "content-type";
    private static final String JSON = "application/json";

    /** The protocol's answer to a session that is over, whatever was asked. */
    private static final String SESSION_NOT_FOUND =
            "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"Session not found\"}}";

    private static final Set<String> REPLACED = Set.of("name", "match", "route");
    private static final Set<String> OF_USERS =
            Set.of("retries", "mirror", "mirrors", "mirrorPercentage", "mirrorPercent", "mirror_percent");

    private RuleWriter() {}

    /** The rule for requests of the route; {@code echo} is for answers to probes. */
    static ObjectNode write(RouteRule rule, Usable route, String name, Optional<String> echo) {
        ObjectNode http = JsonNodeFactory.instance.objectNode();
        http.put("name", name);
        ArrayNode blocks = match(route.rule(), rule.when());
        if (!blocks.isEmpty()) {
            http.set("match", blocks);
        }
        switch (rule.to()) {
            case To.Ended ended -> end(http, route.rule());
            case To.One one -> {
                copy(http, rule, route.rule(), echo);
                http.putArray("route").add(destination(route, one.slot(), rule, echo));
            }
            case To.Weighted weighted -> {
                copy(http, rule, route.rule(), echo);
                ArrayNode targets = http.putArray("route");
                for (Slot slot : Slot.values()) {
                    ObjectNode target = destination(route, slot, rule, echo);
                    Optional.ofNullable(weighted.shown().get(slot))
                            .ifPresent(pin -> set(target, TrafficPlan.VARIANT, pin.toString()));
                    targets.add(
                            target.put("weight", weighted.split().share(slot).percent()));
                }
            }
        }
        return http;
    }

    private static void copy(ObjectNode http, RouteRule rule, ObjectNode like, Optional<String> echo) {
        for (var field : like.properties()) {
            if (!REPLACED.contains(field.getKey()) && (rule.retried() || !OF_USERS.contains(field.getKey()))) {
                http.set(field.getKey(), field.getValue().deepCopy());
            }
        }
        strip(http, rule.stripped());
        rule.shown().ifPresent(pin -> set(http, TrafficPlan.VARIANT, pin.toString()));
        echo.ifPresent(plan -> set(http, TrafficPlan.ECHO, plan));
        if (!rule.retried()) {
            http.putObject("retries").put("attempts", 0);
        }
    }

    private static void end(ObjectNode http, ObjectNode like) {
        if (like.has("corsPolicy")) {
            http.set("corsPolicy", like.path("corsPolicy").deepCopy());
        }
        ObjectNode headers = http.putObject("headers");
        if (like.path("headers").path("response") instanceof ObjectNode response) {
            headers.set("response", response.deepCopy());
        }
        set(http, CONTENT_TYPE, JSON);
        http.putObject("directResponse")
                .put("status", NOT_FOUND)
                .putObject("body")
                .put("string", SESSION_NOT_FOUND);
    }

    /** A destination's own response header of a name that the rule sets would overrule the rule's. */
    private static ObjectNode destination(Usable route, Slot slot, RouteRule rule, Optional<String> echo) {
        ObjectNode target = route.target(slot).json().deepCopy();
        target.remove("weight");
        rule.shown().ifPresent(pin -> unset(target, TrafficPlan.VARIANT));
        echo.ifPresent(plan -> unset(target, TrafficPlan.ECHO));
        return target;
    }

    private static void strip(ObjectNode http, Set<String> stripped) {
        if (stripped.isEmpty()) {
            return;
        }
        ArrayNode remove =
                http.withObjectProperty("headers").withObjectProperty("request").withArrayProperty("remove");
        List<String> there = remove.valueStream().map(JsonNode::asText).toList();
        stripped.stream()
                .sorted()
                .filter(name -> there.stream().noneMatch(name::equalsIgnoreCase))
                .forEach(remove::add);
    }

    private static void set(ObjectNode owner, String header, String value) {
        unset(owner, header);
        owner.withObjectProperty("headers")
                .withObjectProperty("response")
                .withObjectProperty("set")
                .put(header, value);
    }

    /** Takes a response header out of what is set and added. */
    private static void unset(ObjectNode owner, String header) {
        for (String operation : List.of("set", "add")) {
            if (owner.path("headers").path("response").path(operation) instanceof ObjectNode headers) {
                MatchClash.drop(headers, header);
            }
        }
    }

    /** Every block of the route under every alternative: all conditions of both must hold. */
    private static ArrayNode match(ObjectNode like, List<Alternative> alternatives) {
        List<JsonNode> blocks = new ArrayList<>();
        like.path("match").forEach(blocks::add);
        ArrayNode both = JsonNodeFactory.instance.arrayNode();
        if (alternatives.isEmpty()) {
            return both.addAll(
                    blocks.stream().map(block -> block.<JsonNode>deepCopy()).toList());
        }
        if (blocks.isEmpty()) {
            blocks.add(JsonNodeFactory.instance.objectNode());
        }
        for (JsonNode block : blocks) {
            for (Alternative alternative : alternatives) {
                ObjectNode one = block.deepCopy();
                ObjectNode headers = one.withObjectProperty("headers");
                alternative.conditions().forEach(condition -> and(headers, condition));
                both.add(one);
            }
        }
        return both;
    }

    /* A managed route asks of these headers at most that they are there (MatchClash): that is in every condition. */
    private static void and(ObjectNode headers, Condition condition) {
        MatchClash.drop(headers, condition.header());
        switch (condition) {
            case Condition.Exact exact -> headers.putObject(exact.header()).put("exact", exact.value());
            case Condition.Prefix prefix -> headers.putObject(prefix.header()).put("prefix", prefix.value());
            case Condition.Present present -> headers.putObject(present.header());
        }
    }
}
