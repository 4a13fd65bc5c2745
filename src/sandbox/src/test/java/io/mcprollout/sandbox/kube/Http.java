package io.mcprollout.sandbox.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Plain HTTP requests to one server, as a client without any library of Kubernetes would send them. */
final class Http {
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final String url;
    private final String[] headers;

    Http(String url, String... headers) {
        this.url = url;
        this.headers = headers;
    }

    /** An answer with its body as JSON, missing where it is not. */
    record Answer(int status, JsonNode body, HttpResponse<String> response) {
        String reason() {
            return body.path("reason").asText();
        }

        String message() {
            return body.path("message").asText();
        }
    }

    /** The same client with those headers on every request. */
    Http with(String... more) {
        return new Http(url, more);
    }

    Answer get(String path) throws IOException, InterruptedException {
        return send("GET", path, "", "");
    }

    Answer post(String path, String yaml) throws IOException, InterruptedException {
        return send("POST", path, "application/yaml", yaml);
    }

    Answer put(String path, JsonNode body) throws IOException, InterruptedException {
        return send("PUT", path, "application/json", body.toString());
    }

    Answer delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, "", "");
    }

    Answer jsonPatch(String path, String operations) throws IOException, InterruptedException {
        return send("PATCH", path, "application/json-patch+json", operations);
    }

    Answer mergePatch(String path, String patch) throws IOException, InterruptedException {
        return send("PATCH", path, "application/merge-patch+json", patch);
    }

    Answer apply(String path, String yaml) throws IOException, InterruptedException {
        return send("PATCH", path, "application/apply-patch+yaml", yaml);
    }

    Answer send(String method, String path, String contentType, String body) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(60))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!contentType.isEmpty()) request.header("Content-Type", contentType);
        if (headers.length > 0) request.headers(headers);
        var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), parse(response.body()), response);
    }

    private static JsonNode parse(String body) {
        return body.startsWith("{")
                ? Json.parse(body.getBytes(StandardCharsets.UTF_8))
                : Json.object().path("none");
    }
}
