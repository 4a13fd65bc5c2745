package io.mcprollout.controller.adapter.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.controller.adapter.mcp.FakeMcpServer.Heard;
import io.mcprollout.controller.port.SecretKey;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the session of a probe goes. */
class SessionTest {
    private static final Outcome OK = new Outcome.Ok();

    private final Bed bed = new Bed();

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void goesThroughAllStepsAndSaysGoodbye() {
        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.stable().outcome()).isEqualTo(OK);
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(pair.candidate().protocol()).isEqualTo("2025-11-25");
        assertThat(pair.candidate().sessionMinted()).isTrue();
        awaitGoodbyes(2);
        assertThat(heardBy("b-7").stream().map(Heard::rpc))
                .containsExactly("initialize", "notifications/initialized", "tools/list", "tools/call", "DELETE");
        assertThat(heardBy("a-3")).hasSize(5);
    }

    @Test
    void everyRequestSaysWhoItIsForAndWhoSendsIt() {
        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        awaitGoodbyes(2);
        List<Heard> all = heardBy("b-7");
        assertThat(all).allSatisfy(one -> {
            assertThat(one.header("x-mcp-probe-token")).contains(Bed.PROBE_TOKEN);
            assertThat(one.header("traceparent").orElse(""))
                    .matches("00-" + pair.candidate().trace() + "-[0-9a-f]{16}-01");
            assertThat(one.header("host")).contains("127.0.0.1:" + bed.server.port());
            assertThat(one.header("connection")).contains("close");
            assertThat(one.header("authorization")).isEmpty();
        });
        assertThat(all.stream().map(one -> one.header("traceparent")).distinct())
                .hasSize(5);
        assertThat(all.subList(0, 4)).allSatisfy(one -> {
            assertThat(one.header("accept")).contains("application/json, text/event-stream");
            assertThat(one.header("content-type")).contains("application/json");
        });
        assertThat(all.getFirst().body().at("/params/clientInfo").toString())
                .isEqualTo("{\"name\":\"mcp-rollout-prober\",\"version\":\"1.2.3\"}");
        assertThat(pair.candidate().trace()).isNotEqualTo(pair.stable().trace()).hasSize(32);
    }

    @ParameterizedTest
    @CsvSource({"2025-03-26,", "2025-06-18,2025-06-18", "2025-11-25,2025-11-25"})
    void speaksTheVersionThatTheServerChose(String chosen, String named) {
        // Given
        bed.server.on("initialize", turn -> {
            turn.response().putHeader("mcp-session-id", FakeMcpServer.SESSION);
            turn.result(FakeMcpServer.INITIALIZED.formatted(chosen));
        });

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        awaitGoodbyes(2);
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(pair.candidate().protocol()).isEqualTo(chosen);
        List<Heard> all = heardBy("b-7");
        assertThat(all.getFirst().header("mcp-protocol-version")).isEmpty();
        assertThat(all.getFirst().header("mcp-session-id")).isEmpty();
        assertThat(all.subList(1, 5)).allSatisfy(one -> {
            assertThat(one.header("mcp-protocol-version")).isEqualTo(Optional.ofNullable(named));
            assertThat(one.header("mcp-session-id")).contains(FakeMcpServer.SESSION);
        });
    }

    @Test
    void aServerWithoutSessionsHearsNoGoodbye() {
        // Given
        bed.server.on("initialize", turn -> turn.result(FakeMcpServer.INITIALIZED.formatted("2025-06-18")));

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(pair.candidate().sessionMinted()).isFalse();
        await().during(Duration.ofMillis(100))
                .until(() -> bed.server.heard("DELETE").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"initialize", "notifications/initialized", "tools/list", "tools/call"})
    void endsTheSessionThatFailed(String step) {
        // Given
        bed.server.on(step, turn -> {
            turn.response().putHeader("mcp-session-id", FakeMcpServer.SESSION);
            turn.json("{");
        });
        bed.server.on("notifications/initialized", turn -> turn.status(step.contains("initialized") ? 400 : 202, ""));

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isInstanceOf(Outcome.Failed.class);
        awaitGoodbyes(2);
        assertThat(bed.server.heard("DELETE"))
                .allSatisfy(one -> assertThat(one.header("mcp-session-id")).contains(FakeMcpServer.SESSION));
    }

    @Test
    void doesNotWaitForTheServerToSayGoodbye() {
        // Given
        bed.server.on("DELETE", turn -> {});

        // When
        ProbePair pair = bed.pair(bed.spec());

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(pair.candidate().latency()).isLessThan(Duration.ofSeconds(2));
        awaitGoodbyes(2);
    }

    @Test
    void neverRepeatsSecretsOfWhichTheServerSpeaks() {
        // Given
        SecretKey key = new SecretKey("probe-token", "token");
        bed.secrets.put(key, Bed.BEARER + "\n");
        bed.server.on(
                "tools/call",
                turn -> turn.status(
                        500,
                        "you sent " + turn.request().getHeader("authorization") + " and " + Bed.PROBE_TOKEN + "\n"
                                + Bed.BEARER + "\u0007 end" + "x".repeat(5_000)));

        // When
        ProbePair pair = bed.pair(Bed.withToken(bed.spec(), key));

        // Then
        Outcome.Failed failed = (Outcome.Failed) pair.candidate().outcome();
        assertThat(failed.code()).isEqualTo(ProbeCode.HTTP_5XX);
        assertThat(failed.detail())
                .startsWith("tools/call echo: HTTP 500: you sent Bearer *** and *** *** end")
                .hasSize(200);
        assertThat(bed.server.heard("tools/call"))
                .allSatisfy(one -> assertThat(one.header("authorization")).contains("Bearer " + Bed.BEARER));
    }

    @Test
    void dialsTheEntryPointAndNamesTheHostOfTheUrl() {
        // When
        ProbePair pair = bed.pair(Bed.through(Bed.spec("http://mcp.invalid/mcp"), "gateway"));

        // Then
        assertThat(pair.candidate().outcome()).isEqualTo(OK);
        assertThat(bed.server.heard())
                .allSatisfy(one -> assertThat(one.header("host")).contains("mcp.invalid"));
    }

    private void awaitGoodbyes(int count) {
        await().until(() -> bed.server.heard("DELETE").size() == count);
    }

    private List<Heard> heardBy(String variant) {
        return bed.server.heard().stream()
                .filter(one -> one.header("x-mcp-probe-variant").equals(Optional.of(variant)))
                .toList();
    }
}
