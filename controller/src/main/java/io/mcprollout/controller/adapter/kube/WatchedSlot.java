package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.ObjectName;
import io.mcprollout.controller.watch.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One Deployment, and while they matter its ReplicaSets and pods, watched by its selector. */
final class WatchedSlot implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final Runnable changed;
    private final Watch<ObjectName> deployments;
    private Optional<Details> details = Optional.empty();

    /** Watches of what belongs to a Deployment with this selector. */
    private record Details(JsonNode selector, Watch<ObjectName> replicaSets, Watch<ObjectName> pods) {
        void close() {
            replicaSets.close();
            pods.close();
        }
    }

    /** {@code changed} is run when its ReplicaSets or pods change, while they are watched. */
    WatchedSlot(
            KubernetesClient client, Watch<ObjectName> deployments, String namespace, String name, Runnable changed) {
        this.client = client;
        this.deployments = deployments;
        this.namespace = namespace;
        this.name = name;
        this.changed = changed;
    }

    String name() {
        return name;
    }

    /** The Deployment; empty when there is none; throws when the watch has not told yet. */
    Optional<JsonNode> deployment() {
        if (!deployments.awaitSynced(PATIENCE)) {
            throw new IllegalStateException("Deployment " + name + " cannot be watched yet");
        }
        return glance();
    }

    /** The Deployment if it is known by now. */
    Optional<JsonNode> glance() {
        return deployments.get(new ObjectName(namespace, name)).map(found -> found);
    }

    /** Begins to watch pods and ReplicaSets, unless that is done already, and waits until they are known. */
    synchronized void follow(JsonNode selector) {
        if (details.isPresent() && !details.get().selector().equals(selector)) {
            unfollow();
        }
        if (details.isEmpty()) {
            details =
                    Optional.of(new Details(selector, watch(Kinds.REPLICA_SET, selector), watch(Kinds.POD, selector)));
        }
        if (!details.get().replicaSets().awaitSynced(PATIENCE)
                || !details.get().pods().awaitSynced(PATIENCE)) {
            throw new IllegalStateException("the pods of Deployment " + name + " cannot be watched yet");
        }
    }

    /** Stops watching pods and ReplicaSets. */
    synchronized void unfollow() {
        details.ifPresent(Details::close);
        details = Optional.empty();
    }

    synchronized List<JsonNode> replicaSets() {
        return details.map(
                        watched -> List.<JsonNode>copyOf(watched.replicaSets().all()))
                .orElse(List.of());
    }

    synchronized List<JsonNode> pods() {
        return details.map(watched -> List.<JsonNode>copyOf(watched.pods().all()))
                .orElse(List.of());
    }

    private Watch<ObjectName> watch(ResourceDefinitionContext kind, JsonNode selector) {
        return new Watch<>(
                List.of(client.genericKubernetesResources(kind)
                        .inNamespace(namespace)
                        .withLabelSelector(Json.MAPPER.convertValue(selector, LabelSelector.class))),
                Kept.lean(),
                seen -> changed.run());
    }

    @Override
    public synchronized void close() {
        unfollow();
    }
}
