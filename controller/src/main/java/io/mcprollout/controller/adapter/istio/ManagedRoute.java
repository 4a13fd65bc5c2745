package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.Destinations.Target;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One of the http rules whose weights are ours to change, as it was found in its VirtualService. */
sealed interface ManagedRoute {
    /** Name of a route that has none and need not, being the only one. */
    String ONLY = "(only route)";

    /** {@code VirtualService/route}. */
    String id();

    /** The same route, closed to McpRollouts of that namespace. */
    Unusable closed(Routes.VirtualService service, String home);

    /**
     * It has one destination for each slot, and no other with a weight.
     *
     * @param index its place in {@code spec.http}
     */
    record Usable(String id, int index, ObjectNode rule, Map<Slot, Target> targets) implements ManagedRoute {
        public Usable {
            targets = Map.copyOf(targets);
        }

        @Override
        public Unusable closed(Routes.VirtualService service, String home) {
            return new Unusable(id, Optional.of(rule), Consent.MISSING, ".namespace", Consent.missing(service, home));
        }

        /** Its name; empty when it has none. */
        String name() {
            return rule.path("name").asText("");
        }

        /** The slot's destination. */
        Target target(Slot slot) {
            return java.util.Objects.requireNonNull(targets.get(slot));
        }
    }

    /**
     * It cannot be managed.
     *
     * @param rule the rule, when it is clear which one is meant
     * @param reason machine-readable, CamelCase
     * @param field where it was named, relative to the VirtualService's entry in the McpRollout
     * @param message what is wrong and how to mend it
     */
    record Unusable(String id, Optional<ObjectNode> rule, String reason, String field, String message)
            implements ManagedRoute {
        /** Whether there is no such route. */
        boolean isMissing() {
            return reason.equals(MISSING);
        }

        /** Whether its owner does not let it be managed from here. */
        boolean isClosed() {
            return reason.equals(Consent.MISSING);
        }

        /* Of what else may be wrong nothing is told. */
        @Override
        public Unusable closed(Routes.VirtualService service, String home) {
            return new Unusable(id, rule, Consent.MISSING, ".namespace", Consent.missing(service, home));
        }
    }

    String MISSING = "RouteNotFound";

    /** The managed routes of a VirtualService, in the order in which they are named. */
    static List<ManagedRoute> in(ObjectNode object, Routes.VirtualService wanted, Destinations destinations) {
        if (destinations.delegate().isPresent()) {
            return List.of(Generated.route(object, wanted, destinations));
        }
        List<ManagedRoute> routes = found(object, wanted, destinations);
        String home = destinations.home();
        return Consent.isOpen(object, destinations)
                ? routes
                : routes.stream()
                        .map(route -> route.closed(wanted, home))
                        .<ManagedRoute>map(closed -> closed)
                        .toList();
    }

    private static List<ManagedRoute> found(
            ObjectNode object, Routes.VirtualService wanted, Destinations destinations) {
        Optional<ObjectNode> taken =
                foreign(object).values().stream().filter(OwnRule::isReserved).findFirst();
        if (taken.isPresent()) {
            String message = "VirtualService " + wanted.title() + " has an http rule named "
                    + taken.get().path("name").asText() + " that is not the controller's; names that begin with "
                    + TrafficPlan.RULE_PREFIX + " are for its own rules: give it another";
            return ids(wanted).stream()
                    .<ManagedRoute>map(id -> new Unusable(id, Optional.empty(), "RuleNameTaken", ".name", message))
                    .toList();
        }
        if (wanted.routes().isEmpty()) {
            return List.of(only(object, wanted.title(), destinations));
        }
        List<ManagedRoute> routes = new ArrayList<>();
        for (int i = 0; i < wanted.routes().size(); i++) {
            routes.add(named(object, wanted.title(), wanted.routes().get(i), ".routes[" + i + "]", destinations));
        }
        return List.copyOf(routes);
    }

    /** Ids of the managed routes of a VirtualService that is not there or cannot be read. */
    static List<String> ids(Routes.VirtualService wanted) {
        List<String> names = wanted.routes().isEmpty() ? List.of(ONLY) : wanted.routes();
        return names.stream().map(name -> wanted.title() + "/" + name).toList();
    }

    /** The http rules that are not the controller's own, by their place in {@code spec.http}. */
    static Map<Integer, ObjectNode> foreign(JsonNode object) {
        Map<Integer, ObjectNode> rules = new java.util.TreeMap<>();
        int index = 0;
        for (JsonNode rule : object.path("spec").path("http")) {
            if (rule instanceof ObjectNode one && !isOwn(rule)) {
                rules.put(index, one);
            }
            index++;
        }
        return rules;
    }

    /** Whether a rule is the controller's own. */
    static boolean isOwn(JsonNode rule) {
        return OwnRule.of(rule).isPresent();
    }

    private static ManagedRoute only(ObjectNode object, String service, Destinations destinations) {
        String id = service + "/" + ONLY;
        Map<Integer, ObjectNode> rules = foreign(object);
        rules.values().removeIf(rule -> !rule.path("route").isArray());
        if (rules.size() == 1) {
            var rule = rules.entrySet().iterator().next();
            return judged(id, rule.getKey(), rule.getValue(), ".name", destinations);
        }
        return new Unusable(
                id,
                Optional.empty(),
                rules.isEmpty() ? MISSING : "RouteAmbiguous",
                ".routes",
                rules.isEmpty()
                        ? "VirtualService " + service
                                + " has no http route with destinations; give it one with both subsets"
                        : "VirtualService " + service + " has " + rules.size()
                                + " http routes with destinations; name the ones to manage here, they are "
                                + names(rules));
    }

    private static ManagedRoute named(
            ObjectNode object, String service, String name, String field, Destinations destinations) {
        String id = service + "/" + name;
        Map<Integer, ObjectNode> rules = foreign(object);
        String known = names(rules);
        rules.values().removeIf(rule -> !rule.path("name").asText("").equals(name));
        if (rules.isEmpty()) {
            String message = "VirtualService " + service + " has no http route named " + name + "; "
                    + (known.isEmpty() ? "it has none at all" : "it has " + known);
            return new Unusable(id, Optional.empty(), MISSING, field, message);
        }
        if (rules.size() > 1) {
            String message = "VirtualService " + service + " has " + rules.size() + " http routes named " + name
                    + "; give each a name of its own";
            return new Unusable(id, Optional.empty(), "RouteAmbiguous", field, message);
        }
        var rule = rules.entrySet().iterator().next();
        return judged(id, rule.getKey(), rule.getValue(), field, destinations);
    }

    /** The rule as one that can be managed, or why it cannot. */
    static ManagedRoute judged(String id, int index, ObjectNode rule, String field, Destinations known) {
        if (rule.has("delegate")) {
            String message = "route " + id + " hands over to the delegate VirtualService "
                    + rule.path("delegate").path("name").asText() + "; name that one instead";
            return new Unusable(id, Optional.of(rule), "RouteDelegates", field, message);
        }
        Optional<String> clash = MatchClash.of(rule);
        if (clash.isPresent()) {
            return new Unusable(id, Optional.of(rule), MatchClash.REASON, field, "route " + id + " " + clash.get());
        }
        List<Target> all = Destinations.of(rule);
        if (all.isEmpty()) {
            String message = "route " + id + " has no destinations; give it both subsets, " + subsets(known);
            return new Unusable(id, Optional.of(rule), "RouteWithoutDestinations", field, message);
        }
        Map<Slot, Target> targets = new EnumMap<>(Slot.class);
        List<String> faults = new ArrayList<>();
        for (Target target : all) {
            Optional<Slot> slot = known.slot(target);
            if (slot.isPresent() && targets.putIfAbsent(slot.get(), target) != null) {
                faults.add("has " + target + " twice; keep one of them");
            } else if (slot.isEmpty()) {
                faults.addAll(foreign(target, all.size(), known));
            }
        }
        for (Slot slot : Slot.values()) {
            if (!targets.containsKey(slot)) {
                String subset = known.subsets().get(slot);
                faults.add("has no destination with subset " + subset + ", only " + all
                        + "; add it, with weight 0 for the canary");
            }
        }
        return faults.isEmpty()
                ? new Usable(id, index, rule, targets)
                : new Unusable(
                        id,
                        Optional.of(rule),
                        "DestinationsDiffer",
                        field,
                        "route " + id + " " + String.join("; it ", faults));
    }

    private static List<String> foreign(Target target, int count, Destinations known) {
        if (known.subsets().containsValue(target.subset())) {
            return List.of("sends subset " + target.subset() + " to host " + target.host()
                    + " but the DestinationRule is for host " + known.host().orElse("") + "; make them the same");
        }
        if (target.weight() == 0 && count > 1) {
            return List.of();
        }
        return List.of("has the destination " + target + (count > 1 ? " with weight " + target.weight() : "")
                + " which is neither subset " + subsets(known) + "; take it away or give it weight 0");
    }

    private static String subsets(Destinations known) {
        return known.subsets().get(Slot.A) + " and " + known.subsets().get(Slot.B);
    }

    private static String names(Map<Integer, ObjectNode> rules) {
        return String.join(
                ", ",
                rules.values().stream()
                        .map(rule -> rule.path("name").asText("(unnamed)"))
                        .toList());
    }
}
