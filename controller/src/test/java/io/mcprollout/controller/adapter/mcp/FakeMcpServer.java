package io.mcprollout.controller.adapter.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * An MCP server on a real socket, healthy and stateful until told otherwise: tools {@code echo} and {@code time}, and the
 * proof header that a mesh would add.
 */
final class FakeMcpServer implements AutoCloseable {
    static final String SESSION = "s3ss10n-of-the-server";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, Answering> answers = new ConcurrentHashMap<>();
    private final List<Heard> heard = new CopyOnWriteArrayList<>();

    /** A request as it came in; {@code rpc} is the JSON-RPC method, or the verb when there is no body. */
    record Heard(String verb, String rpc, Map<String, String> headers, JsonNode body) {
        Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }
    }

    /** Answers one kind of request. */
    interface Answering {
        void answer(Turn turn);
    }

    /** One request and the means to answer it. */
    record Turn(HttpServerRequest request, JsonNode message) {
        HttpServerResponse response() {
            return request.response();
        }

        String variant() {
            return String.valueOf(request.getHeader("x-mcp-probe-variant"));
        }

        long id() {
            return message.path("id").asLong();
        }

        void result(String result) {
            json("{\"jsonrpc\":\"2.0\",\"id\":" + id() + ",\"result\":" + result + "}");
        }

        void error(int status, int code, String text) {
            response().setStatusCode(status);
            json("{\"jsonrpc\":\"2.0\",\"id\":" + id() + ",\"error\":{\"code\":" + code + ",\"message\":\"" + text
                    + "\"}}");
        }

        void json(String body) {
            response().putHeader("content-type", "application/json").end(body);
        }

        void status(int status, String body) {
            response().setStatusCode(status).end(body);
        }

        /** Begins an event stream that stays open. */
        HttpServerResponse stream() {
            HttpServerResponse response = response()
                    .putHeader("content-type", "text/event-stream; charset=utf-8")
                    .setChunked(true);
            response.writeHead();
            return response;
        }

        String event(String result) {
            return "event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + id() + ",\"result\":" + result + "}\n\n";
        }
    }

    FakeMcpServer(Vertx vertx) {
        this(vertx, new HttpServerOptions());
    }

    FakeMcpServer(Vertx vertx, HttpServerOptions options) {
        healthy();
        server = vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> request.body().onSuccess(body -> serve(request, body)));
        server.listen().toCompletionStage().toCompletableFuture().join();
    }

    /** Replaces the answer to a JSON-RPC method, or to a verb without a body. */
    FakeMcpServer on(String rpc, Answering answering) {
        answers.put(rpc, answering);
        return this;
    }

    int port() {
        return server.actualPort();
    }

    List<Heard> heard() {
        return heard;
    }

    List<Heard> heard(String rpc) {
        return heard.stream().filter(one -> one.rpc().equals(rpc)).toList();
    }

    @Override
    public void close() {
        server.close();
    }

    private void healthy() {
        on("initialize", turn -> {
            turn.response().putHeader("Mcp-Session-Id", SESSION);
            turn.result(INITIALIZED.formatted(
                    turn.message().at("/params/protocolVersion").asText()));
        });
        on("notifications/initialized", turn -> turn.status(202, ""));
        on("tools/list", turn -> turn.result("{\"tools\":[{\"name\":\"echo\"},{\"name\":\"time\"}]}"));
        on(
                "tools/call",
                turn -> turn.result(
                        "{\"content\":[{\"type\":\"text\",\"text\":\"hello\"}],\"structuredContent\":{\"n\":1}}"));
        on("DELETE", turn -> turn.status(200, ""));
        on("GET", turn -> turn.status(405, ""));
    }

    static final String INITIALIZED =
            "{\"protocolVersion\":\"%s\",\"capabilities\":{\"tools\":{}},\"serverInfo\":{\"name\":\"fake\",\"version\":\"1\"}}";

    private void serve(HttpServerRequest request, Buffer body) {
        JsonNode message = body.length() == 0 ? JSON.createObjectNode() : parse(body);
        String verb = request.method().name();
        String rpc = message.path("method").asText(verb);
        Map<String, String> headers = StreamSupport.stream(request.headers().spliterator(), false)
                .collect(Collectors.toMap(header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
        heard.add(new Heard(verb, rpc, headers, message));
        request.response().putHeader("x-mcp-variant", String.valueOf(request.getHeader("x-mcp-probe-variant")));
        Answering answering = answers.get(rpc);
        if (answering == null) {
            request.response().setStatusCode(500).end("nothing answers " + rpc);
        } else {
            answering.answer(new Turn(request, message));
        }
    }

    private static ObjectNode parse(Buffer body) {
        try {
            return (ObjectNode) JSON.readTree(body.getBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
