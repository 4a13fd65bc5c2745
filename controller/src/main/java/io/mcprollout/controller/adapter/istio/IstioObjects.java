package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Istio's objects that rollouts name: looked at through one watch per kind and namespace, read anew on demand. */
final class IstioObjects implements AutoCloseable {
    private final IstioApi api;
    private final Consumer<RolloutKey> changed;
    private final Map<RolloutKey, Routes.Istio> followed = new HashMap<>();
    private final Map<Place, WatchedObjects> watches = new HashMap<>();
    private final Map<Rule, String> hosts = new HashMap<>();

    private record Place(IstioKind kind, String namespace) {}

    private record Rule(String namespace, String name) {}

    IstioObjects(IstioApi api, Consumer<RolloutKey> changed) {
        this.api = api;
        this.changed = changed;
    }

    /** Watches what the routes name, from now until it is forgotten. */
    synchronized void follow(RolloutKey rollout, Routes.Istio routes) {
        Routes.Istio before = followed.put(rollout, routes);
        if (routes.equals(before)) {
            return;
        }
        watch(IstioKind.DESTINATION_RULE, routes.namespace()).want(routes.destinationRule());
        WatchedObjects services = watch(IstioKind.VIRTUAL_SERVICE, routes.namespace());
        routes.virtualServices().forEach(service -> services.want(service.name()));
        closeUnused();
    }

    /** Ends the watches that no other rollout needs. */
    synchronized void forget(RolloutKey rollout) {
        followed.remove(rollout);
        closeUnused();
    }

    private WatchedObjects watch(IstioKind kind, String namespace) {
        return watches.computeIfAbsent(
                new Place(kind, namespace),
                place -> new WatchedObjects(api.client(), kind, namespace, name -> tell(place, name)));
    }

    private void closeUnused() {
        watches.entrySet().removeIf(watch -> {
            boolean unused = followed.values().stream()
                    .noneMatch(
                            routes -> routes.namespace().equals(watch.getKey().namespace()));
            if (unused) {
                watch.getValue().close();
            }
            return unused;
        });
    }

    private void tell(Place place, String name) {
        List<RolloutKey> concerned = new ArrayList<>();
        synchronized (this) {
            followed.forEach((rollout, routes) -> {
                boolean named = place.kind() == IstioKind.DESTINATION_RULE
                        ? routes.destinationRule().equals(name)
                        : routes.virtualServices().stream()
                                .anyMatch(service -> service.name().equals(name));
                if (named && routes.namespace().equals(place.namespace())) {
                    concerned.add(rollout);
                }
            });
        }
        concerned.forEach(changed);
    }

    /** The object as the watch knows it; read when the watch does not. */
    Answer look(IstioKind kind, String namespace, String name) {
        return live(kind, namespace).flatMap(watch -> watch.get(name)).orElseGet(() -> read(kind, namespace, name));
    }

    /** The object as it is stored at this moment. */
    Answer read(IstioKind kind, String namespace, String name) {
        Answer answer = api.get(kind, namespace, name);
        learn(kind, namespace, name, answer);
        return answer;
    }

    /** Changes a VirtualService. */
    Answer patch(String namespace, String name, ArrayNode operations) {
        Answer answer = api.patch(namespace, name, operations);
        learn(IstioKind.VIRTUAL_SERVICE, namespace, name, answer);
        return answer;
    }

    /** All VirtualServices of a namespace, at least with their names, hosts and gateways; none when they cannot be read. */
    List<ObjectNode> virtualServices(String namespace) {
        return live(IstioKind.VIRTUAL_SERVICE, namespace)
                .map(WatchedObjects::all)
                .orElseGet(() -> items(api.list(IstioKind.VIRTUAL_SERVICE, namespace)));
    }

    private static List<ObjectNode> items(Answer answer) {
        List<ObjectNode> items = new ArrayList<>();
        if (answer instanceof Answer.Found(ObjectNode list)) {
            list.path("items").forEach(item -> {
                if (item instanceof ObjectNode object) {
                    items.add(object);
                }
            });
        }
        return items;
    }

    /*
     * The DestinationRule may be gone or unreadable just when traffic has to go back: then the host it had is still right, and without
     * one the subsets' names alone tell, which errs towards taking traffic from the candidate.
     */
    Destinations destinations(Routes.Istio routes) {
        Rule rule = new Rule(routes.namespace(), routes.destinationRule());
        String remembered;
        synchronized (this) {
            remembered = hosts.get(rule);
        }
        Optional<Answer> cached = live(IstioKind.DESTINATION_RULE, routes.namespace())
                .flatMap(watch -> watch.get(routes.destinationRule()));
        if (cached.isEmpty() && remembered == null) {
            cached = Optional.of(read(IstioKind.DESTINATION_RULE, routes.namespace(), routes.destinationRule()));
        }
        Optional<String> host = cached.flatMap(IstioObjects::host).or(() -> Optional.ofNullable(remembered));
        host.ifPresent(name -> {
            synchronized (this) {
                hosts.put(rule, name);
            }
        });
        return new Destinations(
                routes.namespace(), host, Map.of(Slot.A, subset(routes, Slot.A), Slot.B, subset(routes, Slot.B)));
    }

    private static String subset(Routes.Istio routes, Slot slot) {
        return routes.subsets().getOrDefault(slot, "");
    }

    private static Optional<String> host(Answer answer) {
        return answer instanceof Answer.Found(ObjectNode rule)
                ? Optional.of(rule.path("spec").path("host").asText("")).filter(host -> !host.isEmpty())
                : Optional.empty();
    }

    private synchronized Optional<WatchedObjects> live(IstioKind kind, String namespace) {
        return Optional.ofNullable(watches.get(new Place(kind, namespace))).filter(WatchedObjects::isLive);
    }

    private synchronized void learn(IstioKind kind, String namespace, String name, Answer answer) {
        WatchedObjects watch = watches.get(new Place(kind, namespace));
        if (watch != null) {
            watch.learn(name, answer);
        }
    }

    @Override
    public synchronized void close() {
        watches.values().forEach(WatchedObjects::close);
        watches.clear();
        followed.clear();
        api.close();
    }
}
