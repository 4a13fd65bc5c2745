package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.watch.Followers;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.controller.watch.Watch;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Istio's objects: looked at through one watch per kind, read anew on demand. */
final class IstioObjects implements MeshObjects, AutoCloseable {
    private final IstioApi api;
    private final Set<String> namespaces;
    private final Map<IstioKind, Followers> followers = new EnumMap<>(IstioKind.class);
    private final Map<IstioKind, Watch<Kept.Nothing>> watches = new EnumMap<>(IstioKind.class);
    private final Map<ObjectName, String> hosts = new ConcurrentHashMap<>();

    /** Objects of those namespaces, none: of all; {@code changed} hears of the rollouts that follow one which changes. */
    IstioObjects(IstioApi api, Set<String> namespaces, Consumer<RolloutKey> changed) {
        this.api = api;
        this.namespaces = Set.copyOf(namespaces);
        for (IstioKind kind : IstioKind.values()) {
            Followers concerned = new Followers();
            followers.put(kind, concerned);
            watches.put(
                    kind,
                    new Watch<>(
                            Watch.scopes(api.client(), kind.context(), namespaces),
                            Kept.withManager(IstioApi.FIELD_MANAGER),
                            name -> concerned.of(name).forEach(changed)));
        }
    }

    /** From now until it is forgotten the rollout hears of changes of what the routes name. */
    void follow(RolloutKey rollout, Routes.Istio routes) {
        String namespace = routes.namespace();
        follow(rollout, IstioKind.DESTINATION_RULE, Set.of(new ObjectName(namespace, routes.destinationRule())));
        follow(
                rollout,
                IstioKind.VIRTUAL_SERVICE,
                routes.virtualServices().stream()
                        .map(service -> new ObjectName(routes.namespace(service), service.name()))
                        .collect(Collectors.toSet()));
    }

    private void follow(RolloutKey rollout, IstioKind kind, Set<ObjectName> objects) {
        of(followers, kind).follow(rollout, objects);
    }

    /** Forgets what a rollout follows. */
    void forget(RolloutKey rollout) {
        followers.values().forEach(kind -> kind.forget(rollout));
    }

    /** Whether everything that was there at the start is known. */
    boolean isSynced() {
        return watches.values().stream().allMatch(Watch::isSynced);
    }

    private Watch<Kept.Nothing> watch(IstioKind kind) {
        return of(watches, kind);
    }

    private static <V> V of(Map<IstioKind, V> map, IstioKind kind) {
        return Objects.requireNonNull(map.get(kind));
    }

    /** Whether news come of a namespace; none may, when it was watched by the controller before. */
    private boolean hasNews(IstioKind kind, String namespace) {
        return watch(kind).isLive() && (namespaces.isEmpty() || namespaces.contains(namespace));
    }

    /** The object as the watch knows it; read when there are no news. */
    @Override
    public Answer look(IstioKind kind, String namespace, String name) {
        Watch<Kept.Nothing> watch = watch(kind);
        if (!hasNews(kind, namespace)) {
            return read(kind, namespace, name);
        }
        return watch.get(new ObjectName(namespace, name))
                .<Answer>map(Answer.Found::new)
                .orElseGet(Answer.Absent::new);
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

    /** Makes a VirtualService. */
    Answer create(String namespace, String name, ObjectNode object) {
        Answer answer = api.create(namespace, object);
        if (answer instanceof Answer.Found) {
            learn(IstioKind.VIRTUAL_SERVICE, namespace, name, answer);
        }
        return answer;
    }

    @Override
    public List<ObjectNode> virtualServices() {
        Watch<Kept.Nothing> watch = watch(IstioKind.VIRTUAL_SERVICE);
        return watch.isLive()
                ? watch.all()
                : namespaces.stream()
                        .flatMap(namespace -> virtualServices(namespace).stream())
                        .toList();
    }

    @Override
    public List<ObjectNode> virtualServices(String namespace) {
        return hasNews(IstioKind.VIRTUAL_SERVICE, namespace)
                ? watch(IstioKind.VIRTUAL_SERVICE).all(namespace)
                : items(api.list(IstioKind.VIRTUAL_SERVICE, namespace));
    }

    private static List<ObjectNode> items(Answer answer) {
        return answer.found().stream()
                .flatMap(list -> list.path("items").valueStream())
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast)
                .toList();
    }

    /*
     * The DestinationRule may be gone or unreadable just when traffic has to go back: then the host it had is still right, and without
     * one the subsets' names alone tell, which errs towards taking traffic from the candidate.
     */
    @Override
    public Destinations destinations(Routes.Istio routes) {
        ObjectName rule = new ObjectName(routes.namespace(), routes.destinationRule());
        Optional<String> remembered = Optional.ofNullable(hosts.get(rule));
        Watch<Kept.Nothing> watch = watch(IstioKind.DESTINATION_RULE);
        Optional<String> told = watch.isLive() || remembered.isPresent()
                ? watch.get(rule).flatMap(MeshObjects::host)
                : host(read(IstioKind.DESTINATION_RULE, rule.namespace(), rule.name()));
        Optional<String> host = told.or(() -> remembered);
        host.filter(name -> !remembered.equals(Optional.of(name))).ifPresent(name -> hosts.put(rule.interned(), name));
        return Destinations.of(routes, host);
    }

    private static Optional<String> host(Answer answer) {
        return answer.found().flatMap(MeshObjects::host);
    }

    private void learn(IstioKind kind, String namespace, String name, Answer answer) {
        switch (answer) {
            case Answer.Found found -> watch(kind).learn(found.object());
            case Answer.Absent absent -> watch(kind).learnGone(new ObjectName(namespace, name));
            case Answer.Refused refused -> {}
            case Answer.Lost lost -> {}
        }
    }

    @Override
    public void close() {
        watches.values().forEach(Watch::close);
        api.close();
    }
}
