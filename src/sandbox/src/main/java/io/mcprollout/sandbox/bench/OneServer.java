package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.server.SandboxServer;
import io.mcprollout.sandbox.server.ServerSpec;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;

/** A stateless MCP server that stands for every revision of every rollout, behind a gateway that says it is the one that was asked for. */
final class OneServer implements AutoCloseable {
    private static final String WANTED = "x-mcp-probe-variant";
    private static final String VARIANT = "x-mcp-variant";
    private static final int CONNECTIONS = 64;

    private final Vertx vertx = Vertx.vertx();
    private final SandboxServer server = SandboxServer.start(ServerSpec.stateless("1.0"));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(server.port()),
            new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    private final HttpServer gateway =
            vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1")).requestHandler(this::pass);

    OneServer() {
        gateway.listen(0).toCompletionStage().toCompletableFuture().join();
    }

    int port() {
        return gateway.actualPort();
    }

    private void pass(HttpServerRequest asked) {
        asked.body()
                .compose(body -> client.request(new RequestOptions()
                                .setMethod(asked.method())
                                .setURI(asked.uri())
                                .setHeaders(asked.headers()))
                        .compose(request -> request.send(body)))
                .compose(answer -> answer.body().onSuccess(body -> {
                    asked.response().setStatusCode(answer.statusCode());
                    asked.response().headers().setAll(answer.headers());
                    asked.response().putHeader(VARIANT, asked.headers().get(WANTED));
                    asked.response().end(body);
                }))
                .onFailure(broken -> asked.response().setStatusCode(502).end(Buffer.buffer(broken.toString())));
    }

    @Override
    public void close() {
        gateway.close().toCompletionStage().toCompletableFuture().join();
        client.close().toCompletionStage().toCompletableFuture().join();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
