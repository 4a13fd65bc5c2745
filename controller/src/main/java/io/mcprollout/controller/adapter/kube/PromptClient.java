package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.time.Duration;

/*
 * A client of its own: the shared one repeats refused requests with growing pauses, and nothing here may sleep in there. Whether
 * and when to try again is decided by who asked.
 */
/** The API server, asked once and answered soon: raw objects, every request with a deadline and without repetition. */
public final class PromptClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final String FIELD_MANAGER = "mcprollout";

    private final KubernetesClient client;

    /** Reaches the same API server as {@code shared}, as the same user. */
    public PromptClient(KubernetesClient shared) {
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(shared.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .withConnectionTimeout((int) DEADLINE.toMillis())
                        .withRequestTimeout((int) DEADLINE.toMillis())
                        .build())
                .build();
    }

    MixedOperation<GenericKubernetesResource, GenericKubernetesResourceList, Resource<GenericKubernetesResource>> of(
            ResourceDefinitionContext kind) {
        return client.genericKubernetesResources(kind);
    }

    /** Changes an object by a JSON Patch. */
    GenericKubernetesResource patch(
            ResourceDefinitionContext kind, String namespace, String name, ArrayNode operations) {
        return of(kind).inNamespace(namespace).withName(name).patch(context(PatchType.JSON), operations.toString());
    }

    /** Changes the status of an object by a JSON Patch. */
    GenericKubernetesResource patchStatus(
            ResourceDefinitionContext kind, String namespace, String name, ArrayNode operations) {
        return of(kind).inNamespace(namespace)
                .withName(name)
                .subresource("status")
                .patch(context(PatchType.JSON), operations.toString());
    }

    /** Changes an object by a JSON merge patch. */
    GenericKubernetesResource merge(ResourceDefinitionContext kind, String namespace, String name, String patch) {
        return of(kind).inNamespace(namespace).withName(name).patch(context(PatchType.JSON_MERGE), patch);
    }

    private static PatchContext context(PatchType type) {
        return new PatchContext.Builder()
                .withPatchType(type)
                .withFieldManager(FIELD_MANAGER)
                .build();
    }

    @Override
    public void close() {
        client.close();
    }
}
