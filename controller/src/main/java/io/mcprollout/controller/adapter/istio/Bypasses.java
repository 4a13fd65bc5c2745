package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.Surroundings.Kind;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.rollout.Paths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/*
 * What names the Service and no subset is open to both versions by its own words. Callers inside the mesh are another matter: that the
 * managed VirtualServices leave them out is how most servers behind a gateway are set up, and nobody knows whether there are any. So that
 * is said and holds nothing; when there are any the mesh's counters show it.
 */
/** Finds the ways by which requests reach the Service of a DestinationRule past the managed routes. */
final class Bypasses {
    private static final Set<String> RULES = Set.of("http", "tls", "tcp");

    private final IstioObjects objects;
    private final Surroundings surroundings;

    Bypasses(IstioObjects objects, Surroundings surroundings) {
        this.objects = objects;
        this.surroundings = surroundings;
    }

    /** All that can be found in the namespace, and where else the managed VirtualServices are. */
    Paths find(Routes.Istio routes, List<ProbeSpec> probes) {
        Destinations destinations = objects.destinations(routes);
        Optional<String> host = destinations.qualifiedHost();
        Optional<ServiceHost> service = host.flatMap(ServiceHost::of);
        return service.isEmpty()
                ? Paths.NONE
                : new Search(routes, probes, destinations, service.get().name(), host.get()).paths();
    }

    /** One search. */
    private final class Search {
        private final Routes.Istio routes;
        private final Destinations destinations;
        private final String service;
        private final String host;
        private final List<String> open = new ArrayList<>();
        private final List<String> possible = new ArrayList<>();
        /* Hosts for which callers inside the mesh are routed by a managed VirtualService. */
        private final Set<String> covered = new HashSet<>();
        private final List<String> unprobed = new ArrayList<>();
        /* Managed VirtualServices without hosts of their own, and those that another one of the namespace delegates to. */
        private final Set<String> delegates = new TreeSet<>();
        private final Set<String> roots = new HashSet<>();
        private final List<ProbeSpec> probes;

        Search(Routes.Istio routes, List<ProbeSpec> probes, Destinations destinations, String service, String host) {
            this.routes = routes;
            this.probes = probes;
            this.destinations = destinations;
            this.service = service;
            this.host = host;
        }

        Paths paths() {
            Stream.concat(
                            Stream.of(routes.namespace()),
                            routes.virtualServices().stream().map(routes::namespace))
                    .distinct()
                    .map(destinations::in)
                    .forEach(there -> objects.virtualServices(there.namespace())
                            .forEach(object -> virtualService(object, there)));
            each(Kind.HTTP_ROUTE, this::httpRoute);
            each(Kind.INGRESS, this::ingress);
            each(Kind.SERVICE, this::exposed);
            insideTheMesh();
            return new Paths(open, possible, unprobed);
        }

        private void each(Kind kind, java.util.function.Consumer<JsonNode> item) {
            surroundings
                    .each(kind, routes.namespace(), item)
                    .ifPresent(unread -> possible.add(unread + ", so that nobody knows whether they lead to Service "
                            + service + " past the weights"));
        }

        private void virtualService(ObjectNode object, Destinations there) {
            String name = there.isAbroad() ? there.namespace() + "/" + name(object) : name(object);
            Optional<Routes.VirtualService> managed = routes.virtualServices().stream()
                    .filter(wanted -> wanted.title().equals(name) || isRootOf(object, there, wanted))
                    .findFirst();
            managed.ifPresent(wanted -> {
                if (!wanted.title().equals(name)) {
                    roots.add(wanted.title());
                } else if (object.at("/spec/hosts").isEmpty()) {
                    delegates.add(name);
                }
                entryPoints(object, name, there);
            });
            Set<Integer> ours =
                    managedRules(object, managed.filter(wanted -> wanted.title().equals(name)), there);
            for (String kind : RULES) {
                int index = 0;
                for (JsonNode rule : object.at("/spec/" + kind)) {
                    boolean own = kind.equals("http") && (ours.contains(index) || ManagedRoute.isOwn(rule));
                    if (!own && sendsToBoth(rule, there)) {
                        open.add("route " + rule.path("name").asText(kind + "[" + index + "]") + " of VirtualService "
                                + name + " sends to Service " + service
                                + " without a subset, which is to both versions; give it subset "
                                + routes.subsets().get(io.mcprollout.policy.traffic.Slot.A) + ", or take it away");
                    }
                    index++;
                }
            }
        }

        private void entryPoints(ObjectNode object, String title, Destinations there) {
            Set<String> gateways = Reach.gateways(object);
            Set<String> hosts = Reach.hosts(object, there);
            if (gateways.remove(Reach.MESH)) {
                covered.addAll(hosts);
            }
            Set<String> ways = probes.stream()
                    .filter(probe -> hosts.stream()
                            .anyMatch(pattern -> isFor(pattern, probe.url().getHost())))
                    .map(probe -> probe.entryPoint().orElse(probe.url().getAuthority()))
                    .collect(Collectors.toSet());
            String name = "VirtualService " + title;
            if (ways.isEmpty() && !gateways.isEmpty() && !hosts.isEmpty()) {
                unprobed.add("no probe asks for a host of " + name + ", which are " + String.join(", ", hosts)
                        + ": whether the new version works there is not looked at; add a probe with such a url");
            } else if (ways.size() < gateways.size()) {
                unprobed.add(name + " is bound to " + gateways.size() + " gateways, and probes come by " + ways.size()
                        + " of them; add a probe for each, by its url or its connect.entryPoint");
            }
        }

        private boolean isRootOf(JsonNode object, Destinations there, Routes.VirtualService wanted) {
            for (JsonNode rule : object.at("/spec/http")) {
                JsonNode delegate = rule.path("delegate");
                if (delegate.path("name").asText().equals(wanted.name())
                        && delegate.path("namespace").asText(there.namespace()).equals(routes.namespace(wanted))) {
                    return true;
                }
            }
            return false;
        }

        private Set<Integer> managedRules(
                ObjectNode object, Optional<Routes.VirtualService> wanted, Destinations there) {
            return wanted.stream()
                    .flatMap(one -> ManagedRoute.in(object, one, there).stream())
                    .flatMap(route ->
                            route instanceof ManagedRoute.Usable usable ? Stream.of(usable.index()) : Stream.empty())
                    .collect(Collectors.toSet());
        }

        private boolean sendsToBoth(JsonNode rule, Destinations there) {
            List<Destinations.Target> targets = Destinations.of(rule);
            return targets.stream()
                    .anyMatch(target -> target.subset().isEmpty()
                            && there.qualified(target.host()).equals(host)
                            && (targets.size() == 1 || target.weight() > 0));
        }

        private void httpRoute(JsonNode object) {
            for (JsonNode rule : object.at("/spec/rules")) {
                for (JsonNode backend : rule.path("backendRefs")) {
                    boolean toService = backend.path("kind").asText("Service").equals("Service")
                            && backend.path("group").asText("").isEmpty()
                            && backend.path("namespace")
                                    .asText(routes.namespace())
                                    .equals(routes.namespace())
                            && backend.path("name").asText().equals(service)
                            && backend.path("weight").asInt(1) > 0;
                    if (toService) {
                        open.add("HTTPRoute " + name(object) + " sends to Service " + service
                                + ", which is to both versions; send its requests through the VirtualService, or take it"
                                + " away");
                        return;
                    }
                }
            }
        }

        private void ingress(JsonNode object) {
            Set<String> backends = new HashSet<>();
            backends.add(object.at("/spec/defaultBackend/service/name").asText());
            object.at("/spec/rules")
                    .forEach(rule -> rule.at("/http/paths")
                            .forEach(path -> backends.add(
                                    path.at("/backend/service/name").asText())));
            if (backends.contains(service)) {
                open.add("Ingress " + name(object) + " sends to Service " + service
                        + ", which is to both versions; send its requests through the VirtualService, or take it away");
            }
        }

        private void exposed(JsonNode object) {
            String type = object.at("/spec/type").asText("ClusterIP");
            if (name(object).equals(service) && (type.equals("LoadBalancer") || type.equals("NodePort"))) {
                possible.add("Service " + service + " is of type " + type
                        + ": whoever calls it by an address of its own gets either version; make it ClusterIP if nobody"
                        + " should");
            }
        }

        private void insideTheMesh() {
            delegates.removeAll(roots);
            boolean bound = covered.stream().anyMatch(pattern -> isFor(pattern, host));
            if (Ambient.isIn(surroundings.labels(routes.namespace()))) {
                if (bound) {
                    open.add(
                            "namespace " + routes.namespace()
                                    + " is in ambient mode without a waypoint, where VirtualServices do not hold for callers inside"
                                    + " the mesh although one is bound to it: they get either version; run the pods with"
                                    + " sidecars, or take the gateway mesh out of the VirtualService if there are no such callers");
                } else {
                    possible.add("namespace " + routes.namespace()
                            + " is in ambient mode without a waypoint: callers inside the cluster get either version");
                }
            } else if (!bound && !delegates.isEmpty()) {
                possible.add("VirtualService " + String.join(", ", delegates)
                        + " is delegated to from another namespace: whether callers inside the mesh are routed by it"
                        + " cannot be seen from here");
            } else if (!bound) {
                possible.add("no managed VirtualService is bound to mesh for host " + host
                        + ": callers inside the cluster that use Service " + service
                        + " get either version; if there are any, add that gateway and that host");
            }
        }

        /* A wildcard stands for any beginning. */
        private static boolean isFor(String pattern, String name) {
            return pattern.equals(name)
                    || pattern.equals("*")
                    || (pattern.startsWith("*.") && name.endsWith(pattern.substring(1)));
        }

        private static String name(JsonNode object) {
            return object.at("/metadata/name").asText();
        }
    }
}
