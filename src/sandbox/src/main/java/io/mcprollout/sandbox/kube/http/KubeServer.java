package io.mcprollout.sandbox.kube.http;

import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.store.Cluster;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.ServerWebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Listens on loopback and answers calls. */
public final class KubeServer implements AutoCloseable {
    private static final int LARGEST_BODY = 3 * 1024 * 1024;

    private final Vertx vertx;
    private final Cluster cluster;
    private final Verbs verbs;
    private final Discovery discovery;
    private final Watches watches;
    private final Faults faults;
    private final RequestLog log = new RequestLog();
    private final HttpServer server;
    private volatile Authorizer authorizer = call -> true;

    private KubeServer(Vertx vertx, Cluster cluster, Clock clock, Duration bookmarkInterval) {
        this.vertx = vertx;
        this.cluster = cluster;
        var tables = new Tables(clock);
        this.verbs = new Verbs(cluster, tables);
        this.discovery = new Discovery(cluster.registry());
        this.watches = new Watches(vertx, cluster.store(), tables, bookmarkInterval);
        this.faults = new Faults();
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost("127.0.0.1")
                        .setHttp2ClearTextEnabled(false)
                        .setMaxInitialLineLength(64 * 1024)
                        .setMaxHeaderSize(64 * 1024))
                .requestHandler(this::accept);
    }

    /** Starts a server for the cluster on that port, 0 for a free one; fails if the port is taken. */
    public static KubeServer start(Vertx vertx, Cluster cluster, Clock clock, Duration bookmarkInterval, int port) {
        var server = new KubeServer(vertx, cluster, clock, bookmarkInterval);
        server.server.listen(port).toCompletionStage().toCompletableFuture().join();
        return server;
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** The faults that calls meet. */
    public Faults faults() {
        return faults;
    }

    /** The calls that came. */
    public RequestLog log() {
        return log;
    }

    /** Asks that authorizer from now on. */
    public void authorize(Authorizer next) {
        authorizer = next;
    }

    /** Ends the matching watches as a server does that restarts; answers how many. */
    public int endWatches(Predicate<Call> matching) {
        return watches.end(matching);
    }

    /** How many matching watches are open. */
    public long openWatches(Predicate<Call> matching) {
        return watches.count(matching);
    }

    @Override
    public void close() {
        watches.end(call -> true);
        server.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private void accept(HttpServerRequest request) {
        var call = Calls.of(request);
        boolean upgrade = "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
        if (upgrade) request.pause();
        var blow = faults.strike(call);
        if (upgrade || call.verb().equals("watch")) {
            later(blow.delay(), () -> meet(request, call, blow.fault(), lose -> watch(request, call, upgrade)));
        } else {
            body(
                    request,
                    call,
                    body -> later(
                            blow.delay(),
                            () -> meet(request, call, blow.fault(), lose -> handle(request, call, body, lose))));
        }
    }

    private void later(Duration delay, Runnable action) {
        if (delay.isZero()) action.run();
        else vertx.setTimer(Math.max(1, delay.toMillis()), id -> action.run());
    }

    /** Lets the fault happen, or goes on; the flag says whether the answer is lost. */
    private void meet(HttpServerRequest request, Call call, Optional<Fault> fault, Consumer<Boolean> proceed) {
        switch (fault.orElse(null)) {
            case null -> proceed.accept(false);
            case Fault.LoseAnswer lost -> proceed.accept(true);
            case Fault.Delay delay -> proceed.accept(false);
            case Fault.Answer answer -> reply(request, call, Reply.of(answer.refusal()));
            case Fault.Silence silence -> log.add(call, 0, "");
            case Fault.Drop drop -> {
                log.add(call, 0, "");
                request.connection().close();
            }
        }
    }

    /** Collects the body, or refuses it with 413 as soon as it is too big. */
    private void body(HttpServerRequest request, Call call, Consumer<Buffer> whole) {
        var body = Buffer.buffer();
        boolean[] refused = {false};
        request.handler(part -> {
            if (refused[0]) return;
            if (body.length() + part.length() <= LARGEST_BODY) {
                body.appendBuffer(part);
                return;
            }
            refused[0] = true;
            request.response().putHeader("Connection", "close");
            reply(request, call, Reply.of(ApiException.tooLarge(LARGEST_BODY)));
        });
        request.endHandler(v -> {
            if (!refused[0]) whole.accept(body);
        });
    }

    private void handle(HttpServerRequest request, Call call, Buffer body, boolean lose) {
        String accept = header(request, "Accept");
        String contentType =
                header(request, "Content-Type").replaceFirst(";.*", "").trim();
        vertx.executeBlocking(() -> answer(call, accept, contentType, body.getBytes()), false)
                .onComplete(done -> {
                    if (lose) {
                        log.add(call, 0, "");
                        request.connection().close();
                    } else if (done.succeeded()) reply(request, call, done.result());
                    else reply(request, call, Reply.of(ApiException.internal(String.valueOf(done.cause()))));
                });
    }

    private static String header(HttpServerRequest request, String name) {
        String value = request.getHeader(name);
        return value == null ? "" : value;
    }

    private Reply answer(Call call, String accept, String contentType, byte[] body) {
        try {
            if (!call.isResource()) {
                if (!call.verb().equals("get") && !call.verb().equals("head")) throw ApiException.methodNotAllowed();
                return discovery.get(call.path(), accept);
            }
            if (!authorizer.allows(call)) throw ApiException.forbidden(call);
            return verbs.handle(call, accept, contentType, body);
        } catch (ApiException refusal) {
            return Reply.of(refusal);
        }
    }

    private void reply(HttpServerRequest request, Call call, Reply reply) {
        log.add(call, reply.status(), reply.reason());
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) return;
        response.setStatusCode(reply.status()).putHeader("Content-Type", reply.contentType());
        if (reply.retryAfterSeconds() > 0)
            response.putHeader("Retry-After", Integer.toString(reply.retryAfterSeconds()));
        response.end(reply.body());
    }

    private void watch(HttpServerRequest request, Call call, boolean upgrade) {
        try {
            if (!authorizer.allows(call)) throw ApiException.forbidden(call);
            if (!call.verb().equals("watch"))
                throw ApiException.badRequest("only watches may be upgraded to a websocket");
            var target = Calls.target(call, cluster.registry());
            Watches.check(call, target);
            var format = Format.accepted(header(request, "Accept"));
            log.add(call, upgrade ? 101 : 200, "");
            var context = vertx.getOrCreateContext();
            if (upgrade) {
                request.toWebSocket().onSuccess(socket -> {
                    var close = watches.open(call, target, format, context, new SocketSink(socket));
                    socket.closeHandler(v -> close.run());
                    socket.exceptionHandler(e -> socket.close());
                });
            } else {
                var response = request.response().setChunked(true).putHeader("Content-Type", "application/json");
                response.writeHead();
                var close = watches.open(call, target, format, context, new ChunkSink(response));
                response.closeHandler(v -> close.run());
                response.exceptionHandler(e -> close.run());
            }
        } catch (ApiException refusal) {
            reply(request, call, Reply.of(refusal));
        }
    }

    /** Lines as chunks of one HTTP response. */
    private record ChunkSink(HttpServerResponse response) implements Watches.Sink {
        @Override
        public void write(Buffer line) {
            if (!response.closed() && !response.ended()) response.write(line);
        }

        @Override
        public void end() {
            if (!response.closed() && !response.ended()) response.end();
        }
    }

    /** Lines as text frames. */
    private record SocketSink(ServerWebSocket socket) implements Watches.Sink {
        @Override
        public void write(Buffer line) {
            if (!socket.isClosed()) socket.writeTextMessage(line.toString());
        }

        @Override
        public void end() {
            if (!socket.isClosed()) socket.close();
        }
    }
}
