package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.watch.Followers;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.controller.watch.Watch;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The Deployments that are the slots of rollouts, and while they matter the ReplicaSets and pods of these. */
final class Deployments implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final Consumer<RolloutKey> changed;
    private final Watch<String> all;
    private final Followers followers = new Followers();
    private final Map<RolloutKey, Names> slots = new ConcurrentHashMap<>();
    private final Map<RolloutKey, Map<Slot, DeploymentPods>> pods = new ConcurrentHashMap<>();

    /* There may be tens of thousands: texts that are in memory once, and no map. */
    /** Names of a rollout's Deployments by slot. */
    private record Names(String a, String b) {
        static Names of(Map<Slot, String> names) {
            return new Names(
                    names.getOrDefault(Slot.A, "").intern(),
                    names.getOrDefault(Slot.B, "").intern());
        }

        String of(Slot slot) {
            return slot == Slot.A ? a : b;
        }
    }

    /**
     * Begins to watch.
     *
     * @param namespaces whose Deployments are watched; none: all
     * @param changed hears of rollouts whose Deployments or pods changed; must not block
     */
    Deployments(KubernetesClient client, Set<String> namespaces, Consumer<RolloutKey> changed) {
        this.client = client;
        this.changed = changed;
        this.all = new Watch<>(
                Watch.scopes(client, Kinds.DEPLOYMENT, namespaces),
                Kept.lean(Deployments::shortHanded),
                name -> followers.of(name).forEach(changed));
    }

    /* Its namespace if it has fewer ready pods than it wants, else nothing. */
    private static String shortHanded(JsonNode deployment) {
        int wanted = deployment.path("spec").path("replicas").asInt(1);
        boolean isShort = deployment.path("status").path("readyReplicas").asInt() < wanted;
        return isShort ? ObjectName.of(deployment).namespace().intern() : "";
    }

    /** Namespaces in which a Deployment has fewer ready pods than it wants, as far as is known. */
    Set<String> shortHanded() {
        return all.facets().stream().filter(namespace -> !namespace.isEmpty()).collect(Collectors.toSet());
    }

    /** Whether what was there at the start is known. */
    boolean isSynced() {
        return all.isSynced();
    }

    /** Those there are; the rollout hears of their changes from now on. Throws when the watch has not told yet. */
    Map<Slot, JsonNode> of(RolloutKey rollout, Setup setup) {
        follow(rollout, setup.deployments());
        if (!all.awaitSynced(PATIENCE)) {
            throw new IllegalStateException("Deployments cannot be watched yet");
        }
        Map<Slot, JsonNode> found = new EnumMap<>(Slot.class);
        setup.deployments()
                .forEach((slot, name) -> all.get(new ObjectName(rollout.namespace(), name))
                        .ifPresent(deployment -> found.put(slot, deployment)));
        return found;
    }

    private void follow(RolloutKey rollout, Map<Slot, String> names) {
        Names next = Names.of(names);
        if (next.equals(slots.put(rollout, next))) {
            return;
        }
        leavePods(rollout);
        followers.follow(
                rollout,
                names.values().stream()
                        .map(name -> new ObjectName(rollout.namespace(), name))
                        .collect(Collectors.toSet()));
    }

    /** A slot's Deployment if it is known by now. */
    Optional<JsonNode> glance(RolloutKey rollout, Slot slot) {
        return Optional.ofNullable(slots.get(rollout))
                .flatMap(names -> all.get(new ObjectName(rollout.namespace(), names.of(slot))));
    }

    /** The pods of a slot's Deployment, watched from now on; throws when the watch has not told yet. */
    DeploymentPods pods(RolloutKey rollout, Slot slot, JsonNode deployment) {
        JsonNode selector = deployment.path("spec").path("selector");
        DeploymentPods found = pods.computeIfAbsent(rollout, key -> new ConcurrentHashMap<>())
                .compute(slot, (key, before) -> {
                    if (before != null && before.hasSelector(selector)) {
                        return before;
                    }
                    if (before != null) {
                        before.close();
                    }
                    return new DeploymentPods(client, rollout.namespace(), selector, () -> changed.accept(rollout));
                });
        if (!found.awaitSynced()) {
            throw new IllegalStateException(
                    "the pods of Deployment " + Json.name(deployment) + " cannot be watched yet");
        }
        return found;
    }

    /** The pods of a slot's Deployment if they are watched. */
    Optional<DeploymentPods> watchedPods(RolloutKey rollout, Slot slot) {
        return Optional.ofNullable(pods.getOrDefault(rollout, Map.of()).get(slot));
    }

    /** Ends the watches of the rollout's pods. */
    void leavePods(RolloutKey rollout) {
        Map<Slot, DeploymentPods> gone = pods.remove(rollout);
        if (gone != null) {
            gone.values().forEach(DeploymentPods::close);
        }
    }

    /** The rollout hears of nothing any more. */
    void forget(RolloutKey rollout) {
        leavePods(rollout);
        slots.remove(rollout);
        followers.forget(rollout);
    }

    @Override
    public void close() {
        Set.copyOf(pods.keySet()).forEach(this::leavePods);
        all.close();
    }
}
