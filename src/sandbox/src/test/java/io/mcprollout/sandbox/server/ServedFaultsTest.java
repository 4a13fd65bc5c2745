package io.mcprollout.sandbox.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What each fault looks like on the wire. */
class ServedFaultsTest extends ServerBed {
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
}
