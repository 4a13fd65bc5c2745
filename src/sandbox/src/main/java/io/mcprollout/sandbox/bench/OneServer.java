package io.mcprollout.sandbox.bench;

import io.mcprollout.sandbox.server.SandboxServer;
import io.mcprollout.sandbox.server.ServerSpec;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A stateless MCP server that stands for every revision of every rollout, behind a gateway that says it is the one that was asked for. The
 * gateway asks the server once and repeats its answer to the same question: thousands of servers would not share the controller's machine.
 */
final class OneServer implements AutoCloseable {
    private static final String WANTED = "x-mcp-probe-variant";
    private static final String VARIANT = "x-mcp-variant";
    /* More different questions than that are no probe's. */
    private static final int MOST_ANSWERS = 100;

    private final Vertx vertx = Vertx.vertx();
    private final SandboxServer server = SandboxServer.start(ServerSpec.stateless("1.0"));
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setDefaultHost("127.0.0.1").setDefaultPort(server.port()));
    private final HttpServer gateway =
            vertx.createHttpServer(new HttpServerOptions().setHost("127.0.0.1")).requestHandler(this::pass);
    private final Map<Question, Answer> answers = new ConcurrentHashMap<>();

    private record Question(String method, String uri, Buffer body) {}

    private record Answer(int status, MultiMap headers, Buffer body) {}

    OneServer() {
        gateway.listen(0).toCompletionStage().toCompletableFuture().join();
    }

    int port() {
        return gateway.actualPort();
    }

    private void pass(HttpServerRequest asked) {
        asked.body()
                .compose(body -> answer(new Question(asked.method().name(), asked.uri(), body), asked.headers()))
                .onSuccess(answer -> {
                    asked.response().setStatusCode(answer.status());
                    asked.response().headers().setAll(answer.headers());
                    asked.response().putHeader(VARIANT, asked.headers().get(WANTED));
                    asked.response().end(answer.body());
                })
                .onFailure(broken -> asked.response().setStatusCode(502).end(Buffer.buffer(broken.toString())));
    }

    private Future<Answer> answer(Question question, MultiMap headers) {
        Answer known = answers.get(question);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.valueOf(question.method()))
                        .setURI(question.uri())
                        .setHeaders(headers))
                .compose(request -> request.send(question.body()))
                .compose(answer -> answer.body().map(body -> new Answer(answer.statusCode(), answer.headers(), body)))
                .onSuccess(answer -> {
                    if (answers.size() < MOST_ANSWERS && answer.status() < 300) {
                        answers.put(question, answer);
                    }
                });
    }

    @Override
    public void close() {
        gateway.close().toCompletionStage().toCompletableFuture().join();
        client.close().toCompletionStage().toCompletableFuture().join();
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
