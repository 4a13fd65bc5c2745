package io.mcprollout.sandbox.story;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Reads resources over HTTP, as a user with kubectl does. */
public final class ApiReader {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final String server;
    private final String namespace;
    private final String rollout;

    /** Reads this rollout and the Deployments of its namespace from the API server at this URL. */
    public ApiReader(String server, String namespace, String rollout) {
        this.server = server;
        this.namespace = namespace;
        this.rollout = rollout;
    }

    /** The rollout. */
    public RolloutView rollout() {
        return RolloutView.of(resource());
    }

    /** The rollout's whole resource. */
    public JsonNode resource() {
        return get("/apis/mcprollout.io/v1alpha1/namespaces/" + namespace + "/mcprollouts/" + rollout);
    }

    /** A Deployment: its image and how many of its pods are ready. */
    public Version version(String deployment) {
        JsonNode object = get("/apis/apps/v1/namespaces/" + namespace + "/deployments/" + deployment);
        return new Version(
                deployment,
                object.at("/spec/template/spec/containers/0/image").asText(),
                object.at("/status/readyReplicas").asInt(),
                object.at("/spec/replicas").asInt(),
                object.at("/status/observedGeneration").asLong()
                                == object.at("/metadata/generation").asLong()
                        && object.at("/status/updatedReplicas").asInt()
                                == object.at("/spec/replicas").asInt());
    }

    /** One of the two versions as its Deployment shows it; {@code settled}: no pod of an older template is wanted. */
    public record Version(String deployment, String image, int ready, int wanted, boolean settled) {
        /** True when it runs as it is wanted. */
        public boolean isUp() {
            return settled && ready == wanted;
        }
    }

    private JsonNode get(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(server + path))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + " answers " + response.statusCode() + ": " + response.body());
            }
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
