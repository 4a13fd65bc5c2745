package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.adapter.mcp.FakeMcpServer.Heard;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How a probe takes what servers may answer. */
class SessionAnswersTest {
    private static final Outcome OK = new Outcome.Ok();

    private final Bed bed = new Bed();

    @AfterEach
    void close() {
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id: 1\ndata:\n\nRESULT",
                ": hello\r\n\r\nevent: message\r\ndata: {\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"}\r\n\r\nRESULT",
                "data: {\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n\nRESULT",
                "event: heartbeat\ndata: what is this\n\nRESULT",
                "\uFEFFRESULT"
            })
    void findsItsAnswerInAStreamThatGoesOn(String stream) {
        // Given
        bed.server.on("tools/call", turn -> {
            HttpServerResponse response = turn.stream();
            response.write(stream.replace("RESULT", turn.event("{\"content\":[]}")));
        });

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(pair.candidate().latency()).isLessThan(bed.spec().timeout());
    }

    @Test
    void takesAStreamUpAgainThatEndedAfterAnEventId() {
        // Given
        bed.server.on("tools/call", turn -> {
            bed.server.on(
                    "GET",
                    resumed -> resumed.stream()
                            .end("id: 8\ndata: {\"jsonrpc\":\"2.0\",\"id\":" + turn.id() + ",\"result\":{}}\n\n"));
            turn.stream().end("id: 7\nretry: 30\ndata:\n\n");
        });

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(bed.server.heard("GET")).hasSize(2).allSatisfy(one -> {
            assertThat(one.header("last-event-id")).contains("7");
            assertThat(one.header("accept")).contains("text/event-stream");
            assertThat(one.header("mcp-session-id")).contains(FakeMcpServer.SESSION);
        });
    }

    @Test
    void doesNotTakeAStreamUpAgainInAnOlderVersion() {
        // Given
        bed.server.on("initialize", turn -> turn.result(FakeMcpServer.INITIALIZED.formatted("2025-06-18")));
        bed.server.on("tools/call", turn -> turn.stream().end("id: 7\ndata:\n\n"));

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(OutcomesTest.describe(pair.candidate())).startsWith("SSE_ENDED_NO_RESPONSE");
        assertThat(bed.server.heard("GET")).isEmpty();
    }

    @Test
    void readsArraysOfMessagesOfTheVersionThatHadThem() {
        // Given
        bed.server.on("initialize", turn -> turn.result(FakeMcpServer.INITIALIZED.formatted("2025-03-26")));
        bed.server.on(
                "tools/call",
                turn -> turn.json("[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\"},"
                        + "{\"jsonrpc\":\"2.0\",\"id\":" + turn.id() + ",\"result\":{}}]"));

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
    }

    @Test
    void turnsThePagesOfTheList() {
        // Given
        bed.server.on(
                "tools/list",
                turn -> turn.result(
                        turn.message().at("/params/cursor").asText().equals("p2")
                                ? "{\"tools\":[{\"name\":\"echo\"}]}"
                                : "{\"tools\":[{\"name\":\"time\"}],\"nextCursor\":\"p2\"}"));

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(bed.server.heard("tools/list")).hasSize(4);
    }

    @Test
    void asksAServerWithoutToolsForNone() {
        // Given
        bed.server.on(
                "initialize",
                turn -> turn.result(
                        FakeMcpServer.INITIALIZED.formatted("2025-06-18").replace("{\"tools\":{}}", "{}")));
        ProbeSpec spec = new ProbeSpec(
                "outside",
                bed.spec().url(),
                Optional.empty(),
                Duration.ofSeconds(5),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());

        // When
        ProbePair pair = bed.pair(spec);

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(bed.server.heard("tools/list")).isEmpty();
    }

    @Test
    void makesItsCallsInOrderAndNoOther() {
        // Given
        ProbeSpec spec = Bed.calling(
                bed.spec(),
                new ToolCall("time", "{\"zone\":\"UTC\"}", List.of(new Assertion.Matches("h.llo"))),
                new ToolCall("echo", "{}", List.of(new Assertion.Pointer("/structuredContent/n", "1.0"))));

        // When
        ProbePair pair = bed.pair(spec);

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(heardBy("b-7").stream()
                        .filter(one -> one.rpc().equals("tools/call"))
                        .map(one -> one.body().path("params").toString()))
                .containsExactly(
                        "{\"name\":\"time\",\"arguments\":{\"zone\":\"UTC\"}}", "{\"name\":\"echo\",\"arguments\":{}}");
    }

    private List<Heard> heardBy(String variant) {
        return bed.server.heard().stream()
                .filter(one -> one.header("x-mcp-probe-variant").equals(Optional.of(variant)))
                .toList();
    }
}
