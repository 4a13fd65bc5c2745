package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Refuses what weights of two subsets cannot decide: other clusters, other namespaces, waypoints, a second Service. */
final class Topology {
    private static final String UNSUPPORTED = "UnsupportedTopology";
    private static final String RULE = "spec.traffic.istio.destinationRule.name";
    private static final String SERVICES = "spec.traffic.istio.virtualServices";
    /* Labels by which Istio tells clusters and networks apart. */
    private static final Set<String> OF_CLUSTERS = Set.of("topology.istio.io/cluster", "topology.istio.io/network");

    private final IstioObjects objects;
    private final Surroundings surroundings;
    private final SlotLabels labels;

    Topology(IstioObjects objects, Surroundings surroundings, SlotLabels labels) {
        this.objects = objects;
        this.surroundings = surroundings;
        this.labels = labels;
    }

    /** Everything that is refused, each with its field and the way out. */
    List<Problem> problems(RolloutKey rollout, Routes.Istio routes, Destinations destinations) {
        List<Problem> problems = new ArrayList<>(hosts(routes, destinations));
        objects.look(IstioKind.DESTINATION_RULE, routes.namespace(), routes.destinationRule())
                .found()
                .ifPresent(rule -> subsets(problems, routes, rule));
        if (destinations.qualifiedHost().isEmpty()) {
            return problems;
        }
        String host = destinations.qualifiedHost().get();
        Optional<ServiceHost> service =
                ServiceHost.of(host).filter(found -> found.namespace().equals(routes.namespace()));
        if (service.isEmpty()) {
            problems.add(refused(RULE, elsewhere(routes, host)));
        } else {
            problems.addAll(services(rollout, routes, service.get().name()));
        }
        return problems;
    }

    private static Problem refused(String field, String message) {
        return new Problem(UNSUPPORTED, field, message);
    }

    private static String elsewhere(Routes.Istio routes, String host) {
        String what = "DestinationRule " + routes.destinationRule() + " is for host " + host + ", which is ";
        String way =
                "; make it a Service of namespace " + routes.namespace() + " that selects the pods of both Deployments";
        if (ServiceHost.spansClusters(host)) {
            return what + "a name for pods of several clusters: weights are moved in one cluster only" + way;
        }
        return what
                + (ServiceHost.of(host).isPresent()
                        ? "a Service of another namespace: everything that is rolled out lives in one"
                        : "no Service of the cluster, as a ServiceEntry's host is not")
                + way;
    }

    private List<Problem> hosts(Routes.Istio routes, Destinations destinations) {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < routes.virtualServices().size(); i++) {
            Routes.VirtualService service = routes.virtualServices().get(i);
            Destinations there = destinations.in(routes.namespace(service));
            String field = SERVICES + "[" + i + "].name";
            objects.look(routes, service)
                    .found()
                    .filter(object -> Consent.isOpen(object, there))
                    .ifPresent(object -> hosts(problems, field, service.title(), object));
        }
        Root.of(routes, objects)
                .forEach(root -> hosts(problems, SERVICES + "[0].name", root.title(routes), root.object()));
        return problems;
    }

    private static void hosts(List<Problem> problems, String field, String title, ObjectNode object) {
        object.at("/spec/hosts").forEach(host -> {
            if (ServiceHost.spansClusters(host.asText())) {
                problems.add(refused(
                        field,
                        "VirtualService " + title + " routes " + host.asText()
                                + ", a name for pods of several clusters: weights are moved in one cluster"
                                + " only; take this host out, or name a VirtualService without it"));
            }
        });
    }

    private static void subsets(List<Problem> problems, Routes.Istio routes, ObjectNode rule) {
        rule.at("/spec/subsets").forEach(subset -> {
            String name = subset.path("name").asText();
            subset.path("labels").fieldNames().forEachRemaining(label -> {
                if (OF_CLUSTERS.contains(label) && routes.subsets().containsValue(name)) {
                    problems.add(refused(
                            RULE,
                            "subset " + name + " selects by the label " + label
                                    + ", and a cluster is no version: weights are moved in one cluster only; tell the"
                                    + " subsets apart by a label of the pods"));
                }
            });
        });
    }

    private List<Problem> services(RolloutKey rollout, Routes.Istio routes, String name) {
        List<JsonNode> all = new ArrayList<>();
        Optional<String> unread = surroundings.each(Surroundings.Kind.SERVICE, routes.namespace(), all::add);
        if (unread.isPresent()) {
            return List.of(new Problem("Unreadable", RULE, unread.get()));
        }
        Optional<JsonNode> own =
                all.stream().filter(service -> name(service).equals(name)).findFirst();
        if (own.isEmpty()) {
            return List.of(new Problem(
                    "ServiceNotFound",
                    RULE,
                    "there is no Service " + name + " in namespace " + routes.namespace()
                            + ", for which the DestinationRule is; create it, with a selector for the pods of both"
                            + " Deployments"));
        }
        Map<Slot, Map<String, String>> pods = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            labels.of(rollout, slot).ifPresent(template -> pods.put(slot, template));
        }
        List<Problem> problems = new ArrayList<>();
        own(routes, own.get(), pods).ifPresent(problems::add);
        second(own.get(), all, pods).ifPresent(problems::add);
        waypoint(routes, own.get()).ifPresent(problems::add);
        return problems;
    }

    private static Optional<Problem> own(Routes.Istio routes, JsonNode service, Map<Slot, Map<String, String>> pods) {
        String name = "Service " + name(service);
        if (selector(service).isEmpty()) {
            return Optional.of(refused(
                    RULE,
                    name + " has no selector, so that its pods may be anywhere; give it one for the pods of both"
                            + " Deployments"));
        }
        for (Slot slot : Slot.values()) {
            Map<String, String> template = pods.get(slot);
            if (template != null && !selects(service, template)) {
                return Optional.of(refused(
                        RULE,
                        name + " selects " + selector(service) + ", and not the pods of subset "
                                + routes.subsets().get(slot) + ", which are labelled " + template
                                + ": one Service must select the pods of both Deployments, and the subsets tell them"
                                + " apart; take out of its selector what only one of them has"));
            }
        }
        return Optional.empty();
    }

    /* A Service for one of the slots, or for another port of theirs, is another matter: who uses it means that one. */
    private static Optional<Problem> second(JsonNode own, List<JsonNode> all, Map<Slot, Map<String, String>> pods) {
        if (pods.size() < Slot.values().length) {
            return Optional.empty();
        }
        return all.stream()
                .filter(other -> !name(other).equals(name(own)))
                .filter(other -> !selector(other).isEmpty())
                .filter(other -> pods.values().stream().allMatch(template -> selects(other, template)))
                .filter(other -> ports(other).stream().anyMatch(ports(own)::contains))
                .findFirst()
                .map(other -> refused(
                        RULE,
                        "Service " + name(other) + " selects the pods of both Deployments as well, on the same port as "
                                + name(own) + ": whoever calls it gets either version, whatever the weights say; delete"
                                + " it, or let its selector name one Deployment only"));
    }

    private Optional<Problem> waypoint(Routes.Istio routes, JsonNode service) {
        JsonNode namespace = surroundings.labels(routes.namespace());
        String waypoint = Ambient.waypoint(namespace, service.at("/metadata/labels"));
        return Ambient.isIn(namespace) && !waypoint.isEmpty()
                ? Optional.of(refused(
                        SERVICES,
                        "namespace " + routes.namespace() + " is in ambient mode and Service " + name(service)
                                + " is served through the waypoint " + waypoint
                                + ", where weights of VirtualServices do not hold for sure; label the Service "
                                + Ambient.USE_WAYPOINT + "=none, or run its pods with sidecars"))
                : Optional.empty();
    }

    private static String name(JsonNode service) {
        return service.at("/metadata/name").asText();
    }

    private static Map<String, String> selector(JsonNode service) {
        Map<String, String> selector = new java.util.TreeMap<>();
        service.at("/spec/selector")
                .properties()
                .forEach(label -> selector.put(label.getKey(), label.getValue().asText()));
        return selector;
    }

    private static boolean selects(JsonNode service, Map<String, String> template) {
        return template.entrySet().containsAll(selector(service).entrySet());
    }

    private static Set<String> ports(JsonNode service) {
        Set<String> ports = new HashSet<>();
        service.at("/spec/ports")
                .forEach(port -> ports.add(
                        port.path("targetPort").asText(port.path("port").asText())));
        return ports;
    }
}
