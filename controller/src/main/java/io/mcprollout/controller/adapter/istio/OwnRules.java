package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.controller.adapter.istio.OwnRule.Kind;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteRule;
import io.mcprollout.policy.traffic.RouteRules;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/*
 * Probes stand at the top: nobody else has their token. Rules for sessions stand directly above the route whose requests they are for: a rule
 * of the user's above that route, which refuses somebody or serves another path, keeps every request that it had.
 */
/** The controller's own rules in a user's VirtualService: those that a plan asks for, and those that are there. */
final class OwnRules {
    private OwnRules() {}

    /**
     * Where the controller's own rules belong.
     *
     * @param top above everything
     * @param above those directly above a rule, by its place in the object as it is
     */
    record Layout(List<ObjectNode> top, Map<Integer, List<ObjectNode>> above) {
        static final Layout NONE = new Layout(List.of(), Map.of());

        Layout {
            top = List.copyOf(top);
            above = Map.copyOf(above);
        }

        /** The object's http rules as they should be: own rules in their places among the others. */
        List<ObjectNode> among(JsonNode object) {
            List<ObjectNode> rules = new ArrayList<>(top);
            ManagedRoute.foreign(object).forEach((index, rule) -> {
                rules.addAll(above.getOrDefault(index, List.of()));
                rules.add(rule);
            });
            return rules;
        }
    }

    /** The rules of a plan for every managed route; answers to probes carry that echo. */
    static Layout compile(List<Usable> routes, TrafficPlan plan, String token, Optional<String> echo) {
        List<ObjectNode> top = new ArrayList<>();
        Map<Integer, List<ObjectNode>> above = new TreeMap<>();
        // of two routes that would take a request the upper one does, so its probe rule comes first too
        List<Usable> downwards =
                routes.stream().sorted(Comparator.comparingInt(Usable::index)).toList();
        for (RouteRule rule : RouteRules.above(plan, token)) {
            for (Usable route : downwards) {
                boolean probes = !rule.retried();
                ObjectNode http = RuleWriter.write(
                        rule, route, name(rule.name(), route, routes.size()), echo.filter(plans -> probes));
                (probes ? top : above.computeIfAbsent(route.index(), index -> new ArrayList<>())).add(http);
            }
        }
        return new Layout(top, above);
    }

    private static String name(String name, Usable route, int routes) {
        return routes > 1 ? name + "-" + route.name() : name;
    }

    /** The rules that are there. */
    static List<OwnRule> present(JsonNode object) {
        return object.path("spec")
                .path("http")
                .valueStream()
                .flatMap(rule -> OwnRule.of(rule).stream())
                .toList();
    }

    /** Places of rules that are there and that a plan does not want, whatever they are copies of. */
    static List<Integer> unwanted(JsonNode object, TrafficPlan plan, Destinations destinations) {
        JsonNode http = object.path("spec").path("http");
        return IntStream.range(0, http.size())
                .filter(index -> OwnRule.of(http.get(index))
                        .filter(rule -> !isWanted(rule, plan, destinations))
                        .isPresent())
                .boxed()
                .toList();
    }

    private static boolean isWanted(OwnRule rule, TrafficPlan plan, Destinations destinations) {
        Sessions kept = plan.sessions();
        return switch (rule.kind()) {
            case PROBE -> rule.pin().filter(plan.probeable()::contains).isPresent();
            case PIN, END ->
                rule.pin()
                        .flatMap(pin -> Optional.ofNullable(kept.pins().get(pin.slot()))
                                .filter(wanted -> wanted.incarnation().equals(pin)))
                        .filter(wanted -> wanted.ended() == (rule.kind() == Kind.END))
                        .isPresent();
            case UNTAGGED ->
                kept.adoption().filter(slot -> rule.leadsTo(slot, destinations)).isPresent();
        };
    }

    /** Secret in the rules that are there; empty when there are none. */
    static String token(JsonNode object) {
        return present(object).stream()
                .map(OwnRule::token)
                .filter(token -> !token.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** What answers to probes carry now. */
    static Optional<String> echo(JsonNode object) {
        return present(object).stream()
                .filter(rule -> rule.kind() == Kind.PROBE)
                .flatMap(rule -> rule.answers(TrafficPlan.ECHO).stream())
                .findFirst();
    }

    /** Incarnations that have a probe rule, wherever it leads. */
    static Set<PinId> pins(JsonNode object) {
        Set<PinId> pins = new HashSet<>();
        present(object).stream()
                .filter(rule -> rule.kind() == Kind.PROBE)
                .forEach(rule -> rule.pin().ifPresent(pins::add));
        return pins;
    }

    /** Incarnations whose probes reach their slot by a rule above this route. */
    static Set<PinId> probeable(JsonNode object, Usable route, int routes, Destinations destinations) {
        Set<PinId> pins = new HashSet<>();
        for (OwnRule rule : above(object, route, routes)) {
            if (rule.kind() == Kind.PROBE) {
                rule.pin().filter(pin -> rule.leadsTo(pin.slot(), destinations)).ifPresent(pins::add);
            }
        }
        return pins;
    }

    /*
     * Behind the rule for sessions without a tag no other gets any. Two rules for one slot are in no plan: together their tags are those of
     * none. A slot that adopts without having tags is known by what its answers carry.
     */
    /** Sessions of this route that keep their slot by rules above it. */
    static Sessions sessions(JsonNode object, Usable route, int routes, Destinations destinations) {
        Map<Slot, Pin> pins = new EnumMap<>(Slot.class);
        for (OwnRule rule : above(object, route, routes)) {
            Optional<Pin> pin = rule.pin().map(id -> new Pin(id, rule.tags(), rule.kind() == Kind.END));
            switch (rule.kind()) {
                case PROBE -> {}
                case PIN ->
                    pin.filter(one -> rule.leadsTo(one.slot(), destinations))
                            .ifPresent(one -> pins.merge(one.slot(), one, OwnRules::both));
                case END ->
                    pin.filter(one -> rule.ends()).ifPresent(one -> pins.merge(one.slot(), one, OwnRules::both));
                case UNTAGGED -> {
                    for (Slot slot : Slot.values()) {
                        if (rule.leadsTo(slot, destinations)) {
                            shown(rule, slot).ifPresent(shown -> pins.putIfAbsent(slot, shown));
                            return new Sessions(pins, Optional.of(slot));
                        }
                    }
                    return new Sessions(pins, Optional.empty());
                }
            }
        }
        return new Sessions(pins, Optional.empty());
    }

    private static Pin both(Pin one, Pin other) {
        Set<String> tags = new TreeSet<>(one.tags());
        tags.addAll(other.tags());
        return new Pin(one.incarnation(), tags, one.ended());
    }

    private static Optional<Pin> shown(OwnRule rule, Slot slot) {
        try {
            return rule.answers(TrafficPlan.VARIANT)
                    .map(PinId::parse)
                    .filter(pin -> pin.slot() == slot)
                    .map(pin -> new Pin(pin, Set.of(), false));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Own rules of this route that stand above it, in order. */
    private static List<OwnRule> above(JsonNode object, Usable route, int routes) {
        JsonNode http = object.path("spec").path("http");
        return IntStream.range(0, route.index())
                .mapToObj(http::get)
                .flatMap(rule -> OwnRule.of(rule).stream())
                .filter(rule -> rule.name().equals(name(named(rule), route, routes)))
                .toList();
    }

    /** Name of such a rule, without a route's. */
    private static String named(OwnRule rule) {
        String kind = rule.kind().name().toLowerCase(java.util.Locale.ROOT);
        return TrafficPlan.RULE_PREFIX + kind + rule.pin().map(pin -> "-" + pin).orElse("");
    }
}
