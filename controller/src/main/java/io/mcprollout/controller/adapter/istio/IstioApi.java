package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Istio's objects as raw JSON: every request is made once, has a deadline, and is answered with a value. */
final class IstioApi implements AutoCloseable {
    static final String FIELD_MANAGER = "mcprollout";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String JSON_PATCH = "application/json-patch+json";

    private final KubernetesClient client;
    private final Duration deadline;

    /*
     * A client of its own: the shared one repeats refused requests with growing pauses, and a way back must not sleep in there.
     * Whether and when to try again is decided by who asked.
     */
    IstioApi(KubernetesClient shared, Duration deadline) {
        this.client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(shared.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .withConnectionTimeout((int) deadline.toMillis())
                        .withRequestTimeout((int) deadline.toMillis())
                        .build())
                .build();
        this.deadline = deadline;
    }

    /** The client behind it, for watches. */
    KubernetesClient client() {
        return client;
    }

    /** Reads one object. */
    Answer get(IstioKind kind, String namespace, String name) {
        return send(request(kind.path(namespace) + "/" + name));
    }

    /** Reads all objects of a kind in a namespace; found is the list. */
    Answer list(IstioKind kind, String namespace) {
        return send(request(kind.path(namespace)));
    }

    /** Reads what is at a path, an object or a list. */
    Answer read(String path) {
        return send(request(path));
    }

    /** Changes a VirtualService by a JSON Patch; found is what is stored afterwards. */
    Answer patch(String namespace, String name, ArrayNode operations) {
        String path = IstioKind.VIRTUAL_SERVICE.path(namespace) + "/" + name + "?fieldManager=" + FIELD_MANAGER;
        return send(request(path).method("PATCH", JSON_PATCH, operations.toString()));
    }

    /** Makes a VirtualService; found is what is stored. */
    Answer create(String namespace, ObjectNode object) {
        String path = IstioKind.VIRTUAL_SERVICE.path(namespace) + "?fieldManager=" + FIELD_MANAGER;
        return send(request(path).method("POST", "application/json", object.toString()));
    }

    private HttpRequest.Builder request(String path) {
        String master = client.getMasterUrl().toString();
        String base = master.endsWith("/") ? master.substring(0, master.length() - 1) : master;
        return client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(base + path)
                .header("Accept", "application/json")
                .timeout(deadline.toMillis(), TimeUnit.MILLISECONDS);
    }

    private Answer send(HttpRequest.Builder request) {
        var pending = client.getHttpClient().sendAsync(request.build(), byte[].class);
        try {
            return answer(pending.get(deadline.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            pending.cancel(true);
            return new Answer.Lost("the API server did not answer within " + deadline.toMillis() + " ms");
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            return new Answer.Lost("the API server could not be reached: " + cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Lost("the controller is stopping");
        }
    }

    private static Answer answer(HttpResponse<byte[]> response) {
        JsonNode body = parse(response.body());
        int status = response.code();
        if (status == 404) {
            return new Answer.Absent();
        }
        if (status >= 200 && status < 300) {
            return body instanceof ObjectNode object
                    ? new Answer.Found(object)
                    : new Answer.Lost("the API server's answer is not a JSON object");
        }
        String said = body.path("message").asText("");
        return new Answer.Refused(status, explain(status, said.isBlank() ? "HTTP status " + status : said));
    }

    private static String explain(int status, String said) {
        if (said.toLowerCase(Locale.ROOT).contains("failed calling webhook")) {
            return "an admission webhook cannot be reached, so that the API server refuses every write: " + said;
        }
        return switch (status) {
            case 401, 403 -> "the controller's ServiceAccount is not allowed to do it: " + said;
            case 429 -> "the API server has too much to do: " + said;
            default -> said;
        };
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode tree = body == null || body.length == 0
                    ? null
                    : JSON.readTree(new String(body, java.nio.charset.StandardCharsets.UTF_8));
            return tree == null ? JSON.missingNode() : tree;
        } catch (JsonProcessingException e) {
            return JSON.missingNode();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
