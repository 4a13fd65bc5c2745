package io.mcprollout.it.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteRule;
import io.mcprollout.policy.traffic.RouteRule.Condition;
import io.mcprollout.policy.traffic.RouteRule.To;
import io.mcprollout.policy.traffic.RouteRules;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A plan as a VirtualService before slot A's subset {@code stable} and slot B's {@code canary}. */
final class PlanRoutes {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private PlanRoutes() {}

    /** One that is the controller's alone. */
    static JsonNode whole(TrafficPlan plan, String token) {
        return virtualService(http(RouteRules.whole(plan, token), plan));
    }

    /** A user's own with two weighted subsets, and the controller's rules above its route. */
    static JsonNode above(TrafficPlan plan, String token) {
        ArrayNode http = http(RouteRules.above(plan, token), plan);
        weighted(http.addObject().put("name", "mcp"), plan.split(), Map.of());
        return virtualService(http);
    }

    private static JsonNode virtualService(ArrayNode http) {
        ObjectNode out = JSON.objectNode().put("kind", "VirtualService");
        out.putObject("metadata").put("name", "mcp").put("namespace", "ns");
        ObjectNode spec = out.putObject("spec");
        spec.putArray("hosts").add("127.0.0.1");
        spec.putArray("gateways").add("istio-ingress/gateway");
        spec.set("http", http);
        return out;
    }

    private static ArrayNode http(List<RouteRule> rules, TrafficPlan plan) {
        ArrayNode http = JSON.arrayNode();
        for (RouteRule rule : rules) {
            ObjectNode out = http.addObject().put("name", rule.name());
            for (RouteRule.Alternative alternative : rule.when()) {
                ObjectNode headers = out.withArray("match").addObject().putObject("headers");
                alternative.conditions().forEach(condition -> condition(headers, condition));
            }
            rule.shown().ifPresent(pin -> set(out, TrafficPlan.VARIANT, pin.toString()));
            if (rule.name().startsWith(TrafficPlan.RULE_PREFIX + "probe-")) {
                set(out, TrafficPlan.ECHO, plan.echo());
            }
            ArrayNode remove = out.withObject("/headers/request").putArray("remove");
            rule.stripped().stream().sorted().forEach(remove::add);
            if (!(rule.to() instanceof To.Ended)) {
                out.putObject("retries").put("attempts", 0);
            }
            switch (rule.to()) {
                case To.One one -> share(out.putArray("route"), one.slot());
                case To.Weighted weighted -> weighted(out, weighted.split(), weighted.shown());
                case To.Ended ended ->
                    out.putObject("directResponse")
                            .put("status", 404)
                            .putObject("body")
                            .put(
                                    "string",
                                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32001,\"message\":\"ended\"}}");
            }
        }
        return http;
    }

    private static void condition(ObjectNode headers, Condition condition) {
        ObjectNode match = headers.putObject(condition.header());
        switch (condition) {
            case Condition.Exact exact -> match.put("exact", exact.value());
            case Condition.Prefix prefix -> match.put("prefix", prefix.value());
            case Condition.Present present -> {}
        }
    }

    private static void weighted(ObjectNode out, Split split, Map<Slot, PinId> shown) {
        ArrayNode route = out.putArray("route");
        for (Slot slot : Slot.values()) {
            ObjectNode share =
                    share(route, slot).put("weight", split.share(slot).percent());
            Optional.ofNullable(shown.get(slot)).ifPresent(pin -> set(share, TrafficPlan.VARIANT, pin.toString()));
        }
    }

    private static ObjectNode share(ArrayNode route, Slot slot) {
        ObjectNode share = route.addObject();
        share.putObject("destination").put("host", "mcp-server").put("subset", slot == Slot.A ? "stable" : "canary");
        return share;
    }

    private static void set(ObjectNode of, String header, String value) {
        of.withObject("/headers/response/set").put(header, value);
    }
}
