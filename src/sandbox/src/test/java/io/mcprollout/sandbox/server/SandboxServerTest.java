package io.mcprollout.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.mcprollout.sandbox.server.SandboxServer.Exit;
import io.modelcontextprotocol.client.McpClient;
import io.modelcontextprotocol.client.McpSyncClient;
import io.modelcontextprotocol.client.transport.HttpClientStreamableHttpTransport;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server serves, and how it lives and dies. */
class SandboxServerTest extends ServerBed {
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
    void aServerWithATagMintsIdsThatBeginSoAndKnowsNoOthers() throws Exception {
        // Given
        Wire wire = wire(start(ServerSpec.stateful("1").withSessionTag("5d8f7c")));
        Wire bare = wire(start(ServerSpec.stateful("1")));
        bare.initialize();

        // When
        wire.initialize();

        // Then
        String id = wire.session().orElseThrow();
        assertThat(id).matches("5d8f7c~[0-9a-f-]{36}");
        assertThat(wire.call("echo", "{\"text\":\"hi\"}").statusCode()).isEqualTo(200);
        for (String other : List.of(id.substring(7), "6e9a8d" + id.substring(6))) {
            wire.session(other);
            assertThat(wire.call("echo", "{\"text\":\"hi\"}").statusCode())
                    .as(other)
                    .isEqualTo(404);
        }
        assertThat(bare.session().orElseThrow()).doesNotContain("~");
    }

    @Test
    void theOfficialClientKeepsItsSessionOnAServerWithATag() {
        // Given
        McpSyncClient client = officialClient(start(ServerSpec.stateful("1").withSessionTag("5d8f7c")));
        client.initialize();

        // When
        CallToolResult echo = client.callTool(
                CallToolRequest.builder("echo").arguments(Map.of("text", "hi")).build());

        // Then
        assertThat(echo.isError()).isFalse();
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

    private SandboxServer startedOn(Wire other) {
        return open.stream()
                .filter(SandboxServer.class::isInstance)
                .map(SandboxServer.class::cast)
                .filter(server -> server.spec().mode() == ServerSpec.Mode.STATEFUL
                        && other.session().isPresent())
                .findFirst()
                .orElseThrow();
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
