package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteRules;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.sandbox.envoy.RandomRoutes.Asked;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** Random traffic plans as VirtualServices, above a random route or as a whole one that a root delegates to, and requests that their rules ask about. */
final class RandomPlans {
    static final String TOKEN = "s3cret";

    private static final List<String> PINS = List.of("a-1", "a-12", "a-2", "b-1", "b-12", "b-2");
    private static final List<String> FOREIGN = List.of("c-1", "a-11", "a-", "b", "a-1x", "A-1", "-a", "x".repeat(64));
    private static final Map<Slot, List<String>> HASHES =
            Map.of(Slot.A, List.of("5d8f7c", "6e9a8d"), Slot.B, List.of("5d8f7c9", "5d"));
    private static final List<String> IDS = List.of("0f8a", "~", "~0f8a", "a b", "mcpro1.", "5d8f7c~0f8a");
    private static final String HUGE = "z".repeat(8192);

    private final RandomGenerator random;
    private final RandomRoutes routes;

    RandomPlans(RandomGenerator random) {
        this.random = random;
        this.routes = new RandomRoutes(random);
    }

    /** The objects that a plan is written as: one, or a root and its delegate. */
    JsonNode[] virtualServices() {
        TrafficPlan plan = plan();
        return chance(50)
                ? new JsonNode[] {above(plan)}
                : new JsonNode[] {PlanRoutes.root(), PlanRoutes.delegate(RouteRules.whole(plan, TOKEN))};
    }

    private ObjectNode above(TrafficPlan plan) {
        ObjectNode out = (ObjectNode) routes.virtualService();
        ((ObjectNode) out.path("spec")).putArray("hosts").add("*");
        ArrayNode http = PlanRoutes.http(RouteRules.above(plan, TOKEN));
        out.at("/spec/http").forEach(http::add);
        ((ObjectNode) out.path("spec")).set("http", http);
        return out;
    }

    private TrafficPlan plan() {
        Slot stable = chance(50) ? Slot.A : Slot.B;
        Map<Slot, Pin> pins = new EnumMap<>(Slot.class);
        Set<PinId> probeable = new HashSet<>();
        for (Slot slot : Slot.values()) {
            PinId pin = new PinId(slot, pick(List.of(1, 2, 12)));
            if (chance(80)) {
                probeable.add(pin);
            }
            if (chance(85)) {
                pins.put(slot, new Pin(pin, tags(slot), chance(20)));
            }
        }
        Optional<Slot> adoption = chance(70) ? Optional.of(stable) : Optional.empty();
        Weight weight = new Weight(pick(List.of(0, 1, 10, 25, 50, 90, 100)));
        return new TrafficPlan(new Split(stable, weight), probeable).keeping(new Sessions(pins, adoption));
    }

    /* A tag belongs to one slot, as a pod-template-hash does. */
    private Set<String> tags(Slot slot) {
        Set<String> tags = new HashSet<>(HASHES.getOrDefault(slot, List.of()));
        tags.removeIf(tag -> chance(40));
        return tags;
    }

    /** A request for any of them. */
    Asked request() {
        Map<String, String> headers = new TreeMap<>(routes.request().headers());
        if (chance(70)) {
            headers.put(TrafficPlan.SESSION, session());
        }
        if (chance(15)) {
            headers.put(TrafficPlan.PIN, pin());
        }
        if (chance(25)) {
            headers.put(TrafficPlan.PROBE_VARIANT, pin());
            headers.put(TrafficPlan.PROBE_TOKEN, chance(80) ? TOKEN : "guess");
        }
        if (chance(30)) {
            headers.put("x-echo-session", session());
        }
        Asked asked = routes.request();
        String target = chance(80) ? "/mcp" + (chance(20) ? "/x" : "") : asked.target();
        return new Asked(asked.method(), target, asked.host(), headers);
    }

    private String session() {
        String id = chance(1) ? HUGE : pick(IDS);
        return switch (random.nextInt(8)) {
            case 0, 1, 2 -> "mcpro1." + pin() + "~" + id;
            case 3 -> "mcpro1." + pin() + "~mcpro1." + pin() + "~" + id;
            case 4, 5 -> pick(pick(List.copyOf(HASHES.values()))) + "~" + id;
            case 6 -> "mcpro1." + pin();
            default -> id;
        };
    }

    private String pin() {
        return chance(75) ? pick(PINS) : pick(FOREIGN);
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private <T> T pick(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
