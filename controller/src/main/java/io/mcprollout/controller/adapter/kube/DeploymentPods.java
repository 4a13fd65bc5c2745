package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.mcprollout.controller.watch.Kept;
import io.mcprollout.controller.watch.Watch;
import java.time.Duration;
import java.util.List;

/** ReplicaSets and pods of one Deployment, watched by its selector. */
final class DeploymentPods implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final JsonNode selector;
    private final Watch<Kept.Nothing> replicaSets;
    private final Watch<Kept.Nothing> pods;

    /** Begins to watch; {@code changed} is run when something changes and must not block. */
    DeploymentPods(KubernetesClient client, String namespace, JsonNode selector, Runnable changed) {
        this.selector = selector;
        this.replicaSets = watch(client, namespace, Kinds.REPLICA_SET, changed);
        this.pods = watch(client, namespace, Kinds.POD, changed);
    }

    private Watch<Kept.Nothing> watch(
            KubernetesClient client, String namespace, ResourceDefinitionContext kind, Runnable changed) {
        return new Watch<>(
                List.of(client.genericKubernetesResources(kind)
                        .inNamespace(namespace)
                        .withLabelSelector(Json.MAPPER.convertValue(selector, LabelSelector.class))),
                Kept.lean(),
                seen -> changed.run());
    }

    boolean hasSelector(JsonNode other) {
        return selector.equals(other);
    }

    /** Waits until they are known; false when that takes too long. */
    boolean awaitSynced() {
        return replicaSets.awaitSynced(PATIENCE) && pods.awaitSynced(PATIENCE);
    }

    List<JsonNode> replicaSets() {
        return List.copyOf(replicaSets.all());
    }

    List<JsonNode> pods() {
        return List.copyOf(pods.all());
    }

    @Override
    public void close() {
        replicaSets.close();
        pods.close();
    }
}
