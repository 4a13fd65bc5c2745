package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP server on a loopback port that answers with what it received, as JSON {@code {server, method, target, headers,
 * body}}. Request headers make it behave otherwise: {@code x-echo-status} answers with that status, {@code x-echo-delay}
 * waits so many milliseconds, {@code x-echo-events} streams so many server-sent events, each {@code x-echo-interval}
 * milliseconds after what came before, {@code x-echo-reset} closes the connection without an answer, {@code x-echo-hang} never answers,
 * {@code x-echo-early} does not wait for the body, {@code x-echo-session} becomes the answer's {@code mcp-session-id}, and
 * {@code x-echo-once: <key>} limits the misbehaviour to the first request with that key.
 */
public final class EchoServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Vertx vertx;
    private final String name;
    private final HttpServer server;
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger hangUps = new AtomicInteger();
    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private EchoServer(Vertx vertx, String name) {
        this.vertx = vertx;
        this.name = name;
        this.server = vertx.createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setMaxHeaderSize(Mesh.HEAD_BYTES));
    }

    /** Starts a server that calls itself {@code name}. */
    public static EchoServer start(Vertx vertx, String name) {
        EchoServer echo = new EchoServer(vertx, name);
        echo.server.requestHandler(echo::handle);
        echo.server.listen(0).toCompletionStage().toCompletableFuture().join();
        return echo;
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** How many requests have arrived. */
    public int requests() {
        return requests.get();
    }

    /** How many clients went away before their answer was complete. */
    public int hangUps() {
        return hangUps.get();
    }

    /** This server as a ready pod of a service with these labels. */
    public Endpoint endpoint(String service, int servicePort, Map<String, String> labels) {
        return new Endpoint(service, servicePort, "127.0.0.1", port(), true, name, labels);
    }

    private void handle(HttpServerRequest in) {
        requests.incrementAndGet();
        in.response().closeHandler(gone -> hangUps.incrementAndGet());
        String once = in.getHeader("x-echo-once");
        boolean well = once != null && !seen.add(once);
        if (!well && in.headers().contains("x-echo-reset")) {
            in.connection().close();
            return;
        }
        if (in.headers().contains("x-echo-early")) {
            answer(in, Buffer.buffer(), well);
            return;
        }
        in.body().onSuccess(body -> {
            int delay = well ? 0 : number(in, "x-echo-delay", 0);
            if (well || !in.headers().contains("x-echo-hang")) {
                later(delay, () -> answer(in, body, well));
            }
        });
    }

    private void answer(HttpServerRequest in, Buffer body, boolean well) {
        in.response().setStatusCode(well ? 200 : number(in, "x-echo-status", 200));
        int events = number(in, "x-echo-events", 0);
        if (events > 0) {
            in.response().putHeader("content-type", "text/event-stream").setChunked(true);
            in.response().writeHead();
            later(number(in, "x-echo-interval", 0), () -> event(in, 1, events));
            return;
        }
        in.response().putHeader("content-type", "application/json").putHeader("x-echo-server", name);
        String session = in.getHeader("x-echo-session");
        if (session != null) {
            in.response().putHeader("mcp-session-id", session);
        }
        in.response().end(received(in, body).toString());
    }

    private ObjectNode received(HttpServerRequest in, Buffer body) {
        ObjectNode json = JSON.createObjectNode()
                .put("server", name)
                .put("method", in.method().name())
                .put("target", in.uri());
        ObjectNode headers = json.putObject("headers");
        in.headers()
                .names()
                .forEach(header -> headers.put(
                        header.toLowerCase(Locale.ROOT),
                        String.join(",", in.headers().getAll(header))));
        return json.put("body", body.toString());
    }

    private void event(HttpServerRequest in, int number, int last) {
        if (in.response().closed()) {
            return;
        }
        in.response().write("data: " + name + " " + number + "\n\n");
        if (number == last) {
            in.response().end();
        } else {
            later(number(in, "x-echo-interval", 0), () -> event(in, number + 1, last));
        }
    }

    private void later(int millis, Runnable action) {
        if (millis == 0) {
            action.run();
        } else {
            vertx.setTimer(millis, id -> action.run());
        }
    }

    private static int number(HttpServerRequest in, String header, int otherwise) {
        String value = in.getHeader(header);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
