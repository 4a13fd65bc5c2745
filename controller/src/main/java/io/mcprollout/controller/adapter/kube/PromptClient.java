package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/*
 * A client of its own: the shared one repeats refused requests with growing pauses, and nothing here may sleep in there. Whether
 * and when to try again is decided by who asked.
 */
/** The API server, asked once and answered soon: raw objects, every request with a deadline and without repetition. */
public final class PromptClient implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final String FIELD_MANAGER = "mcprollout";
    private static final String JSON_PATCH = "application/json-patch+json";
    private static final String MERGE_PATCH = "application/merge-patch+json";

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
        return send(kind, namespace, name, JSON_PATCH, operations.toString());
    }

    /** Changes the status of an object by a JSON Patch. */
    GenericKubernetesResource patchStatus(
            ResourceDefinitionContext kind, String namespace, String name, ArrayNode operations) {
        return send(kind, namespace, name + "/status", JSON_PATCH, operations.toString());
    }

    /** Changes an object by a JSON merge patch. */
    GenericKubernetesResource merge(ResourceDefinitionContext kind, String namespace, String name, String patch) {
        return send(kind, namespace, name, MERGE_PATCH, patch);
    }

    /* The client's own patch reads the object first: one request more that can fail, and one permission more. */
    private GenericKubernetesResource send(
            ResourceDefinitionContext kind, String namespace, String target, String type, String patch) {
        String group = kind.getGroup() == null || kind.getGroup().isEmpty() ? "/api" : "/apis/" + kind.getGroup();
        String master = client.getMasterUrl().toString().replaceAll("/$", "");
        HttpRequest request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(master + group + "/" + kind.getVersion() + "/namespaces/" + namespace + "/" + kind.getPlural()
                        + "/" + target + "?fieldManager=" + FIELD_MANAGER)
                .header("Accept", "application/json")
                .timeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .method("PATCH", type, patch)
                .build();
        var pending = client.getHttpClient().sendAsync(request, byte[].class);
        try {
            return read(pending.get(DEADLINE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            pending.cancel(true);
            throw new KubernetesClientException("the API server did not answer in time", e);
        } catch (ExecutionException | IOException e) {
            throw new KubernetesClientException("the API server could not be reached: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KubernetesClientException("the controller is stopping", e);
        }
    }

    private static GenericKubernetesResource read(HttpResponse<byte[]> response) throws IOException {
        if (response.code() >= 200 && response.code() < 300) {
            return Json.MAPPER.readValue(response.body(), GenericKubernetesResource.class);
        }
        String said = new String(response.body(), StandardCharsets.UTF_8);
        try {
            said = Json.MAPPER.readTree(said).path("message").asText(said);
        } catch (JsonProcessingException e) {
            // not a Status: shown as it is
        }
        throw new KubernetesClientException("HTTP " + response.code() + ": " + said, response.code(), null);
    }

    @Override
    public void close() {
        client.close();
    }
}
