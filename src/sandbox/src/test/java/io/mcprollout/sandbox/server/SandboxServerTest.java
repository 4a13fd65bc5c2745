package io.mcprollout.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SandboxServerTest {

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void theOfficialClientListsAndCallsTools(ServerSpec.Mode mode) {
        // Given
        SandboxServer server = start(new ServerSpec("demo", "1.1", mode, 0, 1, Faults.none()));
        McpSyncClient client = officialClient(server);

        // When
        String version = client.initialize().serverInfo().version();
        CallToolResult sum = client.callTool(
                CallToolRequest.builder("add").arguments(Map.of("a", 2, "b", 3)).build());

        // Then
        assertThat(version).isEqualTo("1.1");
        assertThat(client.listTools().tools())
                .extracting(tool -> tool.name())
                .containsExactlyInAnyOrder("search", "get_current_time", "add", "echo", "count_words");
        assertThat(sum.isError()).isFalse();
        assertThat(sum.content()).first().isEqualTo(TextContent.builder("5.0").build());
        assertThat(sum.meta()).containsEntry(SandboxServer.VERSION_META, "1.1");
    }

    @Test
    void onlyAStatefulServerMintsASessionAndDemandsIt() throws Exception {
        // Given
        Wire stateful = wire(start(ServerSpec.stateful("1")));
        Wire stateless = wire(start(ServerSpec.stateless("1")));

        // When
        stateful.initialize();
        stateless.initialize();

        // Then
        assertThat(stateful.session()).isPresent();
        assertThat(stateless.session()).isEmpty();
        assertThat(stateful.call("echo", "{\"text\":\"hi\"}").statusCode()).isEqualTo(200);
        assertThat(wire(startedOn(stateful)).call("echo", "{\"text\":\"hi\"}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aToolErrorIsHttp200AndStrikesItsToolAtItsRateTheSameWayInEveryRun() throws Exception {
        // Given
        Faults faults = Faults.of(new Fault.ToolError("search", 0.2));

        // When
        List<Boolean> first = errors(faults, "search", "{\"query\":\"ping\"}", 200);
        List<Boolean> again = errors(faults, "search", "{\"query\":\"ping\"}", 200);
        List<Boolean> other = errors(faults, "echo", "{\"text\":\"ping\"}", 50);

        // Then
        assertThat(first.stream().filter(error -> error).count()).isBetween(25L, 55L);
        assertThat(again).isEqualTo(first);
        assertThat(other).containsOnly(false);
    }

    @Test
    void aRealToolFailureIsAnErrorResultWithTheReason() throws Exception {
        // Given
        Wire wire = wire(start(ServerSpec.stateless("1")));

        // When
        HttpResponse<String> response = wire.call("get_current_time", "{\"timezone\":\"Europe/Atlantis\"}");

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Wire.message(response).at("/result/isError").asBoolean()).isTrue();
        assertThat(response.body()).contains("No time zone found with key Europe/Atlantis");
    }

    @Test
    void anRpcErrorIsHttp200WithAnErrorOfTheRequestsOwnId() throws Exception {
        // Given
        Wire wire = faulty(new Fault.RpcError("tools/call", -32603, 1));

        // When
        HttpResponse<String> call = wire.post("{\"jsonrpc\":\"2.0\",\"id\":\"x7\",\"method\":\"tools/call\"}");

        // Then
        assertThat(call.statusCode()).isEqualTo(200);
        assertThat(Wire.message(call).at("/error/code").asInt()).isEqualTo(-32603);
        assertThat(Wire.message(call).at("/id").asText()).isEqualTo("x7");
        assertThat(Wire.message(wire.list()).has("result")).isTrue();
    }

    @Test
    void anHttpErrorCarriesItsStatusAndTheVersionThatAnswered() throws Exception {
        // Given
        Wire wire = faulty(new Fault.HttpError("*", 503, 1));

        // When
        HttpResponse<String> response = wire.list();

        // Then
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("x-mcp-server-version")).hasValue("1");
    }

    @Test
    void latencyFollowsItsQuantiles() throws Exception {
        // Given
        Wire wire = faulty(new Fault.Latency("tools/call", 30, 60));
        wire.list();

        // When
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            long start = System.nanoTime();
            wire.call("echo", "{\"text\":\"hi\"}");
            millis.add(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        }

        // Then
        assertThat(millis.stream().sorted().toList().get(10)).isBetween(25L, 60L);
        assertThat(millis).allMatch(ms -> ms >= 10);
    }

    @Test
    void aSilentHangSendsNothing() throws Exception {
        // Given
        Wire wire = faulty(new Fault.Hang("tools/list", Fault.Hang.Style.NO_ANSWER, 1));

        // When
        CompletableFuture<HttpResponse<String>> answer = wire.http()
                .sendAsync(wire.request("{\"method\":\"tools/list\",\"id\":1}"), HttpResponse.BodyHandlers.ofString());

        // Then
        assertThatThrownBy(() -> answer.get(500, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(wire.call("echo", "{\"text\":\"hi\"}").statusCode()).isEqualTo(200);
    }

    @Test
    void anEndlessStreamSendsHeadersAndCommentsAndNeverAMessage() throws Exception {
        // Given
        Wire wire = faulty(new Fault.Hang("tools/list", Fault.Hang.Style.ENDLESS_STREAM, 1));

        // When
        HttpResponse<InputStream> answer = wire.http()
                .send(wire.request("{\"method\":\"tools/list\",\"id\":1}"), HttpResponse.BodyHandlers.ofInputStream());
        String sent = new String(answer.body().readNBytes(28), StandardCharsets.UTF_8);

        // Then
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("text/event-stream");
        assertThat(sent).isEqualTo(": still here\n\n: still here\n\n");
    }

    @Test
    void aCrashResetsWhatIsOpenAndRefusesWhatIsNew() throws Exception {
        // Given
        SandboxServer server = start(ServerSpec.stateless("1")
                .withFaults(Faults.of(new Fault.Hang("tools/list", Fault.Hang.Style.NO_ANSWER, 1))));
        Wire wire = wire(server);
        wire.call("echo", "{\"text\":\"hi\"}");
        CompletableFuture<HttpResponse<String>> pending = wire.http()
                .sendAsync(wire.request("{\"method\":\"tools/list\",\"id\":1}"), HttpResponse.BodyHandlers.ofString());

        // When
        server.crash(137, "OOMKilled");

        // Then
        assertThatThrownBy(() -> pending.get(5, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        assertThatThrownBy(wire::list).isInstanceOf(IOException.class);
        assertThat(server.exit().toCompletableFuture()).isCompletedWithValue(new Exit(137, "OOMKilled"));
    }

    @Test
    void anotherServerTakesThePortOfADeadOne() throws Exception {
        // Given
        SandboxServer dead = start(ServerSpec.stateless("1"));
        wire(dead).list();
        dead.crash(1, "Error");

        // When
        // the operating system may hold the port a moment longer
        SandboxServer next = await().ignoreExceptionsInstanceOf(UncheckedIOException.class)
                .until(() -> start(ServerSpec.stateless("2").withPort(dead.port())), server -> true);

        // Then
        assertThat(next.port()).isEqualTo(dead.port());
        assertThat(wire(next).list().headers().firstValue("x-mcp-server-version"))
                .hasValue("2");
    }

    @Test
    void anExitFaultEndsTheServerByItself() {
        // Given
        Faults faults = Faults.of(new Fault.Exit(50, 3, "Error"));

        // When
        SandboxServer server = start(ServerSpec.stateless("1").withFaults(faults));

        // Then
        assertThat(server.exit().toCompletableFuture())
                .succeedsWithin(Duration.ofSeconds(5))
                .isEqualTo(new Exit(3, "Error"));
    }

    @Test
    void schemaFaultsChangeTheListAtRunTimeAndBack() throws Exception {
        // Given
        SandboxServer server = start(ServerSpec.stateless("1"));
        Wire wire = wire(server);
        String before = names(wire.list());

        // When
        server.faults(Faults.of(
                new Fault.ToolRemoved("add"), new Fault.ToolRenamed("echo", "say"), new Fault.ToolChanged("search")));

        // Then
        JsonNode changed = Wire.message(wire.list());
        assertThat(changed.at("/result/tools").findValuesAsText("name"))
                .containsExactlyInAnyOrder("search", "get_current_time", "say", "count_words");
        assertThat(changed.toString()).contains("\"confirm\"");
        assertThat(wire.call("search", "{\"query\":\"ping\"}").body()).contains("\"isError\":true");
        assertThat(wire.call("say", "{\"text\":\"hi\"}").body()).contains("hi");
        server.faults(Faults.none());
        assertThat(names(wire.list())).isEqualTo(before);
    }

    @Test
    void aHugeListIsAValidListOfItsSize() throws Exception {
        // Given
        Wire wire = faulty(new Fault.HugeToolsList(50_000_000));

        // When
        HttpResponse<String> response = wire.list();

        // Then
        assertThat(response.body().length()).isBetween(50_000_000, 51_000_000);
        assertThat(response.body())
                .startsWith("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"tools\":[{\"name\":\"tool_0\"")
                .endsWith("}]}}");
    }

    @Test
    void aMalformedAnswerIsCutOff() throws Exception {
        // Given
        Wire wire = faulty(new Fault.Malformed("*", 1));

        // When
        HttpResponse<String> response = wire.list();

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThatThrownBy(() -> new ObjectMapper().readTree(response.body())).isInstanceOf(IOException.class);
    }

    @Test
    void aDeepAnswerNestsAsDeepAsAsked() throws Exception {
        // Given
        Wire wire = faulty(new Fault.Deep("*", 10_000));

        // When
        HttpResponse<String> response = wire.call("echo", "{}");

        // Then
        assertThat(response.body())
                .contains("[".repeat(10_000) + "]".repeat(10_000))
                .endsWith("}}");
    }

    @Test
    void readinessFollowsItsFault() throws Exception {
        // Given
        SandboxServer server = start(ServerSpec.stateless("1"));
        Wire wire = wire(server);

        // When
        server.faults(Faults.of(new Fault.Unready()));

        // Then
        assertThat(ready(wire, server)).isEqualTo(503);
        server.faults(Faults.none());
        assertThat(ready(wire, server)).isEqualTo(200);
    }

    private static int ready(Wire wire, SandboxServer server) throws Exception {
        var request = HttpRequest.newBuilder(server.uri().resolve("/ready")).build();
        return wire.http().send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private List<Boolean> errors(Faults faults, String tool, String arguments, int calls) throws Exception {
        List<Boolean> errors = new ArrayList<>();
        Wire wire = wire(start(ServerSpec.stateless("1").withFaults(faults)));
        for (int i = 0; i < calls; i++) {
            HttpResponse<String> response = wire.call(tool, arguments);
            assertThat(response.statusCode()).isEqualTo(200);
            errors.add(Wire.message(response).at("/result/isError").asBoolean());
        }
        return errors;
    }

    private static String names(HttpResponse<String> list) throws IOException {
        return Wire.message(list).at("/result/tools").findValuesAsText("name").stream()
                .sorted()
                .toList()
                .toString();
    }

    private Wire faulty(Fault fault) {
        return wire(start(ServerSpec.stateless("1").withFaults(Faults.of(fault))));
    }

    private SandboxServer start(ServerSpec spec) {
        SandboxServer server = SandboxServer.start(spec);
        open.add(server);
        return server;
    }

    private SandboxServer startedOn(Wire other) {
        return open.stream()
                .filter(SandboxServer.class::isInstance)
                .map(SandboxServer.class::cast)
                .filter(server -> server.spec().mode() == ServerSpec.Mode.STATEFUL
                        && other.session().isPresent())
                .findFirst()
                .orElseThrow();
    }

    private Wire wire(SandboxServer server) {
        Wire wire = new Wire(server.uri());
        open.add(wire);
        return wire;
    }

    private McpSyncClient officialClient(SandboxServer server) {
        McpSyncClient client = McpClient.sync(
                        HttpClientStreamableHttpTransport.builder("http://127.0.0.1:" + server.port())
                                .build())
                .build();
        open.add(client);
        return client;
    }
}
