package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteRule;
import io.mcprollout.policy.traffic.RouteRule.Condition;
import io.mcprollout.policy.traffic.RouteRule.To;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Optional;

/** Rules of a plan as http rules of a VirtualService before slot A's {@code stable} and slot B's {@code canary}; each answer names its rule. */
final class PlanRoutes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PlanRoutes() {}

    /** A root whose MCP path is delegated, and whose other paths are not. */
    static JsonNode root() {
        ObjectNode out = JSON.objectNode().put("kind", "VirtualService");
        out.putObject("metadata").put("name", "root").put("namespace", "ns");
        ObjectNode spec = out.putObject("spec");
        spec.putArray("hosts").add("*");
        spec.putArray("gateways").add(MeshPair.GATEWAY);
        ObjectNode mcp = spec.putArray("http").addObject().put("name", "mcp").put("timeout", "15s");
        mcp.putArray("match").addObject().putObject("uri").put("prefix", "/mcp");
        mcp.putObject("delegate").put("name", "owned").put("namespace", "rollouts");
        ObjectNode rest = ((ArrayNode) spec.path("http")).addObject().put("name", "rest");
        rest.putObject("directResponse").put("status", 202);
        shown(rest, "rest", Optional.empty());
        return out;
    }

    /** The VirtualService that it delegates to. */
    static JsonNode delegate(List<RouteRule> rules) {
        ObjectNode out = JSON.objectNode().put("kind", "VirtualService");
        out.putObject("metadata").put("name", "owned").put("namespace", "rollouts");
        out.putObject("spec").set("http", http(rules));
        return out;
    }

    /** The rules, in order. */
    static ArrayNode http(List<RouteRule> rules) {
        ArrayNode http = JSON.arrayNode();
        for (RouteRule rule : rules) {
            ObjectNode out = http.addObject().put("name", rule.name());
            if (!rule.when().isEmpty()) {
                ArrayNode match = out.putArray("match");
                rule.when().forEach(alternative -> conditions(match.addObject().putObject("headers"), alternative));
            }
            shown(out, rule.name(), rule.shown());
            ArrayNode remove = out.withObject("/headers/request").putArray("remove");
            rule.stripped().stream().sorted().forEach(remove::add);
            to(out, rule.to());
            if (!rule.retried() && !(rule.to() instanceof To.Ended)) {
                out.putObject("retries").put("attempts", 0);
            }
        }
        return http;
    }

    private static void conditions(ObjectNode headers, RouteRule.Alternative alternative) {
        for (Condition condition : alternative.conditions()) {
            ObjectNode match = headers.putObject(condition.header());
            switch (condition) {
                case Condition.Exact exact -> match.put("exact", exact.value());
                case Condition.Prefix prefix -> match.put("prefix", prefix.value());
                case Condition.Present present -> {}
            }
        }
    }

    private static void to(ObjectNode out, To to) {
        switch (to) {
            case To.One one -> share(out.putArray("route"), one.slot());
            case To.Ended ended -> {
                out.putObject("directResponse")
                        .put("status", 404)
                        .putObject("body")
                        .put("string", "{\"jsonrpc\":\"2.0\",\"id\":null}");
                out.withObject("/headers/response/set").put("content-type", "application/json");
            }
            case To.Weighted weighted -> {
                ArrayNode route = out.putArray("route");
                for (Slot slot : Slot.values()) {
                    ObjectNode share = share(route, slot)
                            .put("weight", weighted.split().share(slot).percent());
                    ObjectNode set = share.withObject("/headers/response/set").put("x-share", slot.letter());
                    Optional.ofNullable(weighted.shown().get(slot))
                            .ifPresent(pin -> set.put(TrafficPlan.VARIANT, pin.toString()));
                }
            }
        }
    }

    private static ObjectNode share(ArrayNode route, Slot slot) {
        ObjectNode share = route.addObject();
        share.putObject("destination")
                .put("host", MeshPair.SERVICE)
                .put("subset", slot == Slot.A ? "stable" : "canary");
        return share;
    }

    private static void shown(ObjectNode out, String rule, Optional<PinId> pin) {
        ObjectNode set = out.withObject("/headers/response/set").put("x-rule", rule);
        pin.ifPresent(shown -> set.put(TrafficPlan.VARIANT, shown.toString()));
    }
}
