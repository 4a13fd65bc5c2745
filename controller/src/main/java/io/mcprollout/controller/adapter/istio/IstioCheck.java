package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Unusable;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Finds everything that stands in the way of managing routes, at once. */
final class IstioCheck {
    private static final String SERVICES = "spec.traffic.istio.virtualServices";
    private static final String RULE = "spec.traffic.istio.destinationRule";

    private final MeshObjects objects;
    private final SlotLabels labels;

    IstioCheck(MeshObjects objects, SlotLabels labels) {
        this.objects = objects;
        this.labels = labels;
    }

    /** All problems, each with the field and the fix. */
    List<Problem> problems(RolloutKey rollout, Routes.Istio routes) {
        Destinations destinations = objects.destinations(routes);
        List<Problem> problems = new ArrayList<>(subsets(routes, destinations));
        if (problems.isEmpty()) {
            problems.addAll(selectors(rollout, routes));
        }
        if (routes.delegate().isPresent()) {
            generated(problems, rollout, routes, destinations);
            return List.copyOf(problems);
        }
        for (int i = 0; i < routes.virtualServices().size(); i++) {
            service(problems, routes, i, destinations);
        }
        return List.copyOf(problems);
    }

    /** What is wrong with the DestinationRule itself: not there, not readable, without a host or one of the subsets. */
    List<Problem> subsets(Routes.Istio routes, Destinations destinations) {
        String name = routes.destinationRule();
        return switch (objects.look(IstioKind.DESTINATION_RULE, routes.namespace(), name)) {
            case Answer.Found(ObjectNode rule) -> {
                List<Problem> problems = new ArrayList<>();
                if (destinations.host().isEmpty()) {
                    problems.add(new Problem(
                            "DestinationRuleWithoutHost",
                            RULE + ".name",
                            "DestinationRule " + name + " has no host; set spec.host"));
                }
                Map<String, JsonNode> subsets = subsets(rule);
                for (Slot slot : Slot.values()) {
                    String subset = destinations.subsets().get(slot);
                    if (!subsets.containsKey(subset)) {
                        problems.add(new Problem(
                                "SubsetNotFound",
                                field(slot),
                                "DestinationRule " + name + " has no subset named " + subset
                                        + "; add it, or name one of " + subsets.keySet()));
                    }
                }
                yield problems;
            }
            case Answer.Absent absent ->
                List.of(new Problem(
                        "DestinationRuleNotFound",
                        RULE + ".name",
                        "there is no DestinationRule " + name + " in namespace " + routes.namespace()
                                + "; create it with the subsets "
                                + destinations.subsets().get(Slot.A) + " and "
                                + destinations.subsets().get(Slot.B)));
            case Answer.Refused refused -> List.of(unreadable(RULE + ".name", name, refused.message()));
            case Answer.Lost lost -> List.of(unreadable(RULE + ".name", name, lost.cause()));
        };
    }

    private static Problem unreadable(String field, String name, String cause) {
        return new Problem("Unreadable", field, name + " cannot be read: " + cause);
    }

    private static Map<String, JsonNode> subsets(JsonNode rule) {
        Map<String, JsonNode> subsets = new LinkedHashMap<>();
        rule.path("spec")
                .path("subsets")
                .forEach(subset -> subsets.put(subset.path("name").asText(), subset));
        return subsets;
    }

    private static String field(Slot slot) {
        return RULE + (slot == Slot.A ? ".stableSubset" : ".canarySubset");
    }

    private List<Problem> selectors(RolloutKey rollout, Routes.Istio routes) {
        if (!(objects.look(IstioKind.DESTINATION_RULE, routes.namespace(), routes.destinationRule())
                instanceof Answer.Found(ObjectNode rule))) {
            return List.of();
        }
        Map<String, JsonNode> subsets = subsets(rule);
        Map<Slot, Map<String, String>> selectors = new EnumMap<>(Slot.class);
        Map<Slot, Map<String, String>> pods = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            Map<String, String> selector = new LinkedHashMap<>();
            JsonNode subset = subsets.get(routes.subsets().get(slot));
            if (subset != null) {
                subset.path("labels")
                        .properties()
                        .forEach(label ->
                                selector.put(label.getKey(), label.getValue().asText()));
            }
            selectors.put(slot, selector);
            labels.of(rollout, slot).ifPresent(template -> pods.put(slot, template));
        }
        return Selectors.problems(routes.subsets(), selectors, pods, IstioCheck::field);
    }

    private void service(List<Problem> problems, Routes.Istio routes, int index, Destinations destinations) {
        Routes.VirtualService service = routes.virtualServices().get(index);
        String field = SERVICES + "[" + index + "]";
        Destinations there = destinations.in(routes.namespace(service));
        switch (objects.look(routes, service)) {
            case Answer.Found(ObjectNode object)
            when !Consent.isOpen(object, there) -> problems.add(closed(field, service, routes));
            case Answer.Found(ObjectNode object) -> {
                for (ManagedRoute route : ManagedRoute.in(object, service, there)) {
                    switch (route) {
                        case Usable usable ->
                            shadow(object, usable)
                                    .ifPresent(message ->
                                            problems.add(new Problem("RouteShadowed", field + ".name", message)));
                        case Unusable bad ->
                            problems.add(new Problem(bad.reason(), field + bad.field(), bad.message()));
                    }
                }
                sameHost(object, service, there)
                        .ifPresent(message -> problems.add(new Problem("HostNotUnique", field + ".name", message)));
            }
            case Answer.Absent absent when there.isAbroad() -> problems.add(closed(field, service, routes));
            case Answer.Absent absent ->
                problems.add(new Problem(
                        "VirtualServiceNotFound",
                        field + ".name",
                        "there is no VirtualService " + service.name() + " in namespace " + routes.namespace()
                                + "; create it, or name one that is there, with its namespace when that is another"));
            case Answer.Refused refused ->
                problems.add(unreadable(field + ".name", service.title(), refused.message()));
            case Answer.Lost lost -> problems.add(unreadable(field + ".name", service.title(), lost.cause()));
        }
    }

    private void generated(List<Problem> problems, RolloutKey rollout, Routes.Istio routes, Destinations destinations) {
        Routes.VirtualService service = routes.virtualServices().getFirst();
        String field = SERVICES + "[0].name";
        switch (objects.look(routes, service)) {
            case Answer.Found(ObjectNode object) -> {
                Optional<String> foreign = Generated.foreign(object, service, rollout);
                foreign.ifPresent(message -> problems.add(new Problem(Generated.FOREIGN, field, message)));
                List<Root> roots = Root.of(routes, objects);
                if (foreign.isEmpty() && roots.isEmpty()) {
                    problems.add(Root.missing(routes, field));
                }
                roots.forEach(root -> root(problems, routes, root, destinations));
            }
            case Answer.Absent absent ->
                problems.add(new Problem(
                        "VirtualServiceNotFound",
                        field,
                        "VirtualService " + service.name() + " is not there yet; the controller makes it, once the"
                                + " DestinationRule is there"));
            case Answer.Refused refused -> problems.add(unreadable(field, service.title(), refused.message()));
            case Answer.Lost lost -> problems.add(unreadable(field, service.title(), lost.cause()));
        }
    }

    private void root(List<Problem> problems, Routes.Istio routes, Root root, Destinations destinations) {
        String field = SERVICES + "[0].name";
        Destinations there = destinations.in(root.namespace());
        problems.addAll(root.clashes(routes, field));
        root.routes(routes)
                .forEach(route -> shadow(root.object(), (Usable) route)
                        .ifPresent(message -> problems.add(new Problem("RouteShadowed", field, message))));
        Routes.VirtualService named = new Routes.VirtualService(
                Optional.of(root.namespace()).filter(other -> !other.equals(routes.namespace())),
                root.object().at("/metadata/name").asText(),
                List.of());
        sameHost(root.object(), named, there)
                .ifPresent(message -> problems.add(new Problem("HostNotUnique", field, message)));
    }

    private static Problem closed(String field, Routes.VirtualService service, Routes.Istio routes) {
        return new Problem(Consent.MISSING, field + ".namespace", Consent.missing(service, routes.namespace()));
    }

    /** A rule above that takes every request, so that the managed one never gets any. */
    private static Optional<String> shadow(ObjectNode object, Usable route) {
        for (var above : ManagedRoute.foreign(object).entrySet()) {
            if (above.getKey() < route.index() && takesAll(above.getValue())) {
                return Optional.of("route " + route.id() + " never gets a request, because the route "
                        + above.getValue().path("name").asText("number " + (above.getKey() + 1))
                        + " above it matches everything; move it below");
            }
        }
        return Optional.empty();
    }

    private static boolean takesAll(JsonNode rule) {
        if (rule.path("match").isEmpty()) {
            return true;
        }
        for (JsonNode block : rule.path("match")) {
            long conditions = block.properties().stream()
                    .filter(condition -> !condition.getKey().equals("name"))
                    .filter(condition -> !(condition.getKey().equals("uri")
                            && condition.getValue().path("prefix").asText("").equals("/")))
                    .count();
            if (conditions == 0) {
                return true;
            }
        }
        return false;
    }

    /*
     * Gateways merge VirtualServices of one host in the order of their creation and sidecars take one of them: where the managed route
     * stands is then nobody's decision.
     */
    private Optional<String> sameHost(ObjectNode object, Routes.VirtualService service, Destinations there) {
        Set<String> own = Reach.hosts(object, there);
        for (ObjectNode other : objects.virtualServices(there.namespace())) {
            String name = other.path("metadata").path("name").asText();
            Set<String> shared = Reach.hosts(other, there);
            shared.retainAll(own);
            if (!name.equals(service.name())
                    && !shared.isEmpty()
                    && !Collections.disjoint(Reach.gateways(object), Reach.gateways(other))) {
                return Optional.of("VirtualService " + service.title() + " and VirtualService " + name
                        + " are both for host " + shared.iterator().next()
                        + "; which of them routes a request depends on their age. Put the routes into one");
            }
        }
        return Optional.empty();
    }
}
