package io.mcprollout.sandbox.e2e;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Stands between the agents of one client and the gateway, changes nothing, and sees what no client library tells: which streams were opened, which
 * of them ended though neither their client nor their session had, and which answers minted sessions.
 */
final class SessionWatch implements AutoCloseable {

    private static final String SESSION = "mcp-session-id";
    private static final long LASTING_MILLIS = TimeUnit.SECONDS.toMillis(5);
    private static final int HEAD_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final int gateway;
    private final HttpServer server;
    private final HttpClient client;
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private final Map<String, String> minted = new ConcurrentHashMap<>();
    private final Set<String> ended = ConcurrentHashMap.newKeySet();

    private SessionWatch(Vertx vertx, int gateway) {
        this.vertx = vertx;
        this.gateway = gateway;
        server = vertx.createHttpServer(
                new HttpServerOptions().setHost("127.0.0.1").setMaxHeaderSize(HEAD_BYTES));
        client = vertx.createHttpClient(
                new HttpClientOptions().setMaxHeaderSize(HEAD_BYTES), new PoolOptions().setHttp1MaxSize(10_000));
    }

    /** Starts one before the gateway on this port. */
    static SessionWatch start(Vertx vertx, int gateway) {
        SessionWatch watch = new SessionWatch(vertx, gateway);
        watch.server.requestHandler(watch::pass);
        watch.server.listen(0).toCompletionStage().toCompletableFuture().join();
        return watch;
    }

    /** The port for the agents. */
    int port() {
        return server.actualPort();
    }

    /** How many streams were opened: those of GET, and answers to POST that lasted more than five seconds. */
    int opened() {
        return opened.get();
    }

    /** How many ended without their client or session having ended. */
    int cut() {
        return cut.get();
    }

    /** By id of the session, what the answer that minted it said of its version: the route's {@code x-e2e-slot}, else {@code x-mcp-variant}. */
    Map<String, String> minted() {
        return Map.copyOf(minted);
    }

    private void pass(HttpServerRequest in) {
        in.pause();
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(gateway)
                .setMethod(in.method())
                .setURI(in.uri())
                .setHeaders(in.headers());
        client.request(options)
                .onSuccess(out -> forward(in, out))
                .onFailure(e -> in.response().setStatusCode(502).end());
    }

    private void forward(HttpServerRequest in, HttpClientRequest out) {
        Passage passage = new Passage(in, out);
        in.response().closeHandler(gone -> passage.left());
        if (in.method().equals(HttpMethod.DELETE)) {
            ended.add(id(in));
        }
        out.response().onSuccess(passage::answer).onFailure(e -> passage.broken());
        if (in.headers().contains("content-length") || in.headers().contains("transfer-encoding")) {
            out.setChunked(!in.headers().contains("content-length"));
            in.handler(out::write);
            in.endHandler(end -> out.end());
        } else {
            out.end();
        }
        in.resume();
    }

    private static String id(HttpServerRequest in) {
        String id = in.getHeader(SESSION);
        return id == null ? "" : id;
    }

    /** One request on its way. Runs on the event loop of the agent's connection. */
    private final class Passage {
        private final HttpServerRequest in;
        private final HttpClientRequest out;
        private boolean over;
        private boolean stream;
        private long timer = -1;

        Passage(HttpServerRequest in, HttpClientRequest out) {
            this.in = in;
            this.out = out;
        }

        void answer(HttpClientResponse answer) {
            if (over) {
                return;
            }
            String id = answer.getHeader(SESSION);
            if (id != null && id(in).isEmpty()) {
                minted.put(
                        id,
                        Stream.of("x-e2e-slot", "x-mcp-variant")
                                .map(answer::getHeader)
                                .filter(Objects::nonNull)
                                .findFirst()
                                .orElse(""));
            }
            String type = answer.getHeader("content-type");
            stream = answer.statusCode() == 200 && type != null && type.startsWith("text/event-stream");
            if (stream && in.method().equals(HttpMethod.GET)) {
                opened.incrementAndGet();
            } else if (stream) {
                timer = vertx.setTimer(LASTING_MILLIS, late -> {
                    timer = -1;
                    opened.incrementAndGet();
                });
            }
            in.response().setStatusCode(answer.statusCode());
            in.response().headers().setAll(answer.headers());
            in.response().headers().remove("transfer-encoding");
            in.response().setChunked(!answer.headers().contains("content-length"));
            in.response().writeHead();
            answer.handler((Buffer part) -> in.response().write(part));
            answer.exceptionHandler(e -> broken());
            answer.endHandler(end -> ended());
        }

        /* The whole answer has come. A stream of GET has no end of its own. */
        private void ended() {
            if (end()) {
                if (stream && in.method().equals(HttpMethod.GET) && !ended.contains(id(in))) {
                    cut.incrementAndGet();
                }
                in.response().end();
            }
        }

        void broken() {
            if (!end()) {
                return;
            }
            if (stream && !ended.contains(id(in))) {
                cut.incrementAndGet();
            }
            if (in.response().headWritten()) {
                in.connection().close();
            } else {
                in.response().setStatusCode(502).end();
            }
        }

        /** The agent has gone. */
        void left() {
            if (end()) {
                out.reset();
            }
        }

        private boolean end() {
            if (timer >= 0) {
                vertx.cancelTimer(timer);
                timer = -1;
            }
            boolean first = !over;
            over = true;
            return first;
        }
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
        client.close().toCompletionStage().toCompletableFuture().join();
    }
}
