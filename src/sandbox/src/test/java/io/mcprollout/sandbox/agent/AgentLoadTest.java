package io.mcprollout.sandbox.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import io.mcprollout.sandbox.server.SandboxServer;
import io.mcprollout.sandbox.server.ServerSpec;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class AgentLoadTest {

    private static final ToolCall SEARCH =
            ToolCall.of("search", Map.of("query", "ping")).expecting("ping measures");
    private static final ToolCall ECHO =
            ToolCall.of("echo", Map.of("text", "hi")).expecting("^\\[\"?hi");

    private final Vertx vertx = Vertx.vertx();
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest
    @EnumSource
    void everyCallToAHealthyServerIsOkAndOnTime(ServerSpec.Mode mode) {
        // Given
        SandboxServer server = server(new ServerSpec("demo", "1.1", mode, 0, 1, Faults.none()));

        // When
        LoadCounts counts = counted(LoadSpec.of(server.uri(), 200, List.of(SEARCH, ECHO)), 300);

        // Then
        assertThat(counts.failures()).isEmpty();
        assertThat(counts.ok()).isEqualTo(counts.calls()).isGreaterThanOrEqualTo(300);
        assertThat(counts.byVariant()).containsOnlyKeys("1.1");
        assertThat(counts.pending()).isZero();
        assertThat(counts.latenessP99Ms()).isLessThan(100);
    }

    static List<Arguments> faults() {
        return List.of(
                Arguments.of(new Fault.ToolError("search", 1), Failure.TOOL_ERROR, "1.1"),
                Arguments.of(new Fault.RpcError("tools/call", -32603, 1), Failure.RPC_ERROR, "1.1"),
                Arguments.of(new Fault.HttpError("tools/call", 503, 1), Failure.HTTP_STATUS, "1.1"),
                Arguments.of(new Fault.HttpError("tools/call", 404, 1), Failure.SESSION_LOST, "1.1"),
                Arguments.of(new Fault.HttpError("initialize", 500, 1), Failure.HTTP_STATUS, "1.1"),
                Arguments.of(new Fault.Malformed("tools/call", 1), Failure.MALFORMED, "1.1"),
                Arguments.of(new Fault.Deep("tools/call", 10_000), Failure.MALFORMED, "1.1"),
                Arguments.of(new Fault.Hang("tools/call", Fault.Hang.Style.NO_ANSWER, 1), Failure.TIMEOUT, "unknown"),
                Arguments.of(
                        new Fault.Hang("tools/call", Fault.Hang.Style.ENDLESS_STREAM, 1), Failure.TIMEOUT, "unknown"));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyFaultIsCountedUnderItsReason(Fault fault, Failure reason, String answeredBy) {
        // Given
        SandboxServer server = server(ServerSpec.stateful("1.1").withFaults(Faults.of(fault)));

        // When
        LoadCounts counts =
                counted(LoadSpec.of(server.uri(), 100, List.of(SEARCH)).withTimeout(Duration.ofMillis(400)), 20);

        // Then
        assertThat(counts.failures()).containsOnlyKeys(reason);
        assertThat(counts.failed()).isEqualTo(counts.calls()).isGreaterThanOrEqualTo(20);
        assertThat(counts.byVariant()).containsOnlyKeys(answeredBy);
    }

    @Test
    void aShareOfFailuresIsCountedExactlyAndBlamedAsTold() {
        // Given
        SandboxServer server =
                server(ServerSpec.stateless("1.1").withFaults(Faults.of(new Fault.ToolError("search", 0.3))));
        List<CallResult> seen = new ArrayList<>();
        LoadSpec spec = LoadSpec.of(server.uri(), 300, List.of(SEARCH, ECHO))
                .blaming(result ->
                        result.version().equals("1.1") && result.call().tool().equals("search"));

        // When
        AgentLoad load = AgentLoad.start(vertx, spec, seen::add);
        await().until(() -> load.counts().calls() >= 400);
        load.close();
        LoadCounts counts = load.counts();

        // Then
        long failed = seen.stream().filter(result -> !result.ok()).count();
        assertThat(counts.failed()).isEqualTo(failed).isBetween(35L, 90L);
        assertThat(counts.failedByCanaryFault()).isEqualTo(failed);
        assertThat(counts.ok()).isEqualTo(seen.size() - failed);
        assertThat(seen)
                .filteredOn(result -> !result.ok())
                .allMatch(result -> result.detail().contains("upstream"));
    }

    @Test
    void aDeadServerFailsCallsByConnectionAndTheLoadGoesOn() {
        // Given
        SandboxServer server = server(ServerSpec.stateful("1.1"));
        AgentLoad load = AgentLoad.start(vertx, LoadSpec.of(server.uri(), 200, List.of(ECHO)));
        await().until(() -> load.counts().ok() >= 50);

        // When
        server.crash(137, "OOMKilled");
        await().until(() -> load.counts().failed() >= 50);
        SandboxServer next = server(ServerSpec.stateful("1.2").withPort(server.port()));
        await().until(() -> load.counts()
                        .byVariant()
                        .getOrDefault("1.2", new LoadCounts.Answers(0, 0))
                        .ok()
                >= 50);
        load.close();

        // Then
        assertThat(next.port()).isEqualTo(server.port());
        assertThat(load.counts().failures()).containsKey(Failure.CONNECT);
        assertThat(load.counts().failures().keySet()).isSubsetOf(Failure.CONNECT, Failure.CUT, Failure.SESSION_LOST);
    }

    @Test
    void aSlowServerIsNotSpared() {
        // Given
        SandboxServer server =
                server(ServerSpec.stateless("1").withFaults(Faults.of(new Fault.Latency("tools/call", 400, 400))));
        LoadSpec spec = LoadSpec.of(server.uri(), 100, List.of(ECHO)).withSessions(2, 5);

        // When
        LoadCounts counts = counted(spec, 100);

        // Then
        assertThat(counts.ok()).isEqualTo(counts.calls());
        assertThat(counts.tookMedianMs()).isGreaterThan(390);
        assertThat(counts.latenessP99Ms()).isLessThan(100);
    }

    @Test
    void theVariantOfTheMeshIsBelievedBeforeTheVersion() {
        // Given
        URI uri = raw("{\"jsonrpc\":\"2.0\",\"id\":%d,\"result\":{\"content\":[{\"type\":\"text\",\"text\":\"hi\"}]}}");

        // When
        LoadCounts counts = counted(LoadSpec.of(uri, 200, List.of(ECHO)), 20);

        // Then
        assertThat(counts.ok()).isEqualTo(counts.calls());
        assertThat(counts.byVariant()).containsOnlyKeys("canary");
    }

    @Test
    void anAnswerToAnotherRequestIsNoAnswer() {
        // Given
        URI uri = raw("{\"jsonrpc\":\"2.0\",\"id\":77%d,\"result\":{}}");

        // When
        LoadCounts counts = counted(LoadSpec.of(uri, 200, List.of(ECHO)), 20);

        // Then
        assertThat(counts.failures()).containsOnlyKeys(Failure.MALFORMED);
    }

    @Test
    void aWrongAnswerIsAFailureWithoutAnyError() {
        // Given
        SandboxServer server = server(ServerSpec.stateless("1"));

        // When
        LoadCounts counts = counted(
                LoadSpec.of(
                        server.uri(),
                        200,
                        List.of(ToolCall.of("echo", Map.of("text", "hi")).expecting("bye"))),
                20);

        // Then
        assertThat(counts.failures()).containsOnlyKeys(Failure.WRONG_ANSWER);
    }

    private LoadCounts counted(LoadSpec spec, long calls) {
        AgentLoad load = AgentLoad.start(vertx, spec);
        await().atMost(Duration.ofSeconds(20)).until(() -> load.counts().calls() >= calls);
        load.close();
        return load.counts();
    }

    /** A server that answers every request with this text, its id filled in. */
    private URI raw(String answer) {
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> request.body().onSuccess(body -> {
                    int id = body.toJsonObject().getInteger("id", 0);
                    request.response()
                            .putHeader("Content-Type", "application/json")
                            .putHeader("x-mcp-variant", "canary")
                            .putHeader("x-mcp-server-version", "1.1")
                            .end(answer.formatted(id));
                }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
        return URI.create("http://127.0.0.1:" + server.actualPort() + "/mcp");
    }

    private SandboxServer server(ServerSpec spec) {
        SandboxServer server = SandboxServer.start(spec);
        open.add(server);
        return server;
    }
}
