package io.mcprollout.sandbox.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/** Raw JSON-RPC over HTTP, to see what a client library would hide. */
final class Wire implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI uri;
    private Optional<String> session = Optional.empty();

    Wire(URI uri) {
        this.uri = uri;
    }

    /** Opens a session, or learns that there is none. */
    HttpResponse<String> initialize() throws IOException, InterruptedException {
        HttpResponse<String> response = post(
                "{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-06-18\",\"capabilities\":{},\"clientInfo\":{\"name\":\"wire\",\"version\":\"1\"}}}");
        session = response.headers().firstValue("mcp-session-id");
        post("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        return response;
    }

    Optional<String> session() {
        return session;
    }

    /** Sends this id from now on. */
    void session(String id) {
        session = Optional.of(id);
    }

    HttpResponse<String> call(String tool, String arguments) throws IOException, InterruptedException {
        return post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + tool
                + "\",\"arguments\":" + arguments + "}}");
    }

    HttpResponse<String> list() throws IOException, InterruptedException {
        return post("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
    }

    HttpResponse<String> post(String body) throws IOException, InterruptedException {
        return http.send(request(body), HttpResponse.BodyHandlers.ofString());
    }

    HttpRequest request(String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .header("Accept", "application/json, text/event-stream")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        session.ifPresent(id -> request.header("Mcp-Session-Id", id));
        return request.build();
    }

    HttpClient http() {
        return http;
    }

    /** The JSON-RPC message of an answer, plain or as the only event of a stream. */
    static JsonNode message(HttpResponse<String> response) throws IOException {
        String body = response.body();
        return JSON.readTree(body.startsWith("{") ? body : body.substring(body.indexOf("data:") + 5));
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
