package io.mcprollout.controller.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.CounterReader.Past;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Prometheus remembers. */
class PrometheusPastTest extends PrometheusBed {
    @Test
    void thePastIsDifferencesOfRawCountersByMinute() {
        // Given
        long from = 1_700_000_069L - 3600;
        String answer = matrix(
                series("mcp-server-stable", "200", "gw-1", at(from, "100", "160", "230", "5", "25")),
                series("mcp-server-stable", "503", "gw-1", at(from, "4", "4", "7", "0", "0")),
                series("mcp-server-stable", "200", "gw-2", at(from, "50", null, "70", "80", "90")),
                series("mcp-server-stable", "504", "gw-2", at(from, null, null, null, "3", "3")),
                series("mcp-server-canary", "200", "gw-2", at(from, "1", null, "1", "1", "2")));

        // When
        Past past = ask(istio(), query -> answer, reader -> reader.past(ORDER, Duration.ofSeconds(2)));

        // Then
        assertThat(past)
                .isEqualTo(new Past.Minutes(
                        Instant.ofEpochSecond(1_700_000_069L),
                        Map.of(
                                Slot.A,
                                List.of(new Tally(60, 0), new Tally(70, 3), new Tally(10, 3), new Tally(30, 0)),
                                Slot.B,
                                List.of(new Tally(1, 0)))));
        assertThat(asked.getFirst().path()).isEqualTo("/api/v1/query_range");
        assertThat(asked.getFirst().getFormAttribute("query"))
                .startsWith(
                        "istio_requests_total{reporter=\"source\",destination_workload=~\"mcp-server-canary|mcp-server-stable\",")
                .endsWith("}");
        assertThat(asked.getFirst().getFormAttribute("start")).isEqualTo(String.valueOf(from));
        assertThat(asked.getFirst().getFormAttribute("end")).isEqualTo("1700000069");
        assertThat(asked.getFirst().getFormAttribute("step")).isEqualTo("60");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "503 | {\"status\":\"error\",\"error\":\"too many samples\"} | it refuses the query: too many samples",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | it remembers no requests of the last hour",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[[1,\"1\"],[2,\"NaN\"]]}]}} | no cumulative counter can have",
            })
    void aPastThatCannotBeHadIsSaid(int code, String body, String cause) {
        // Given
        status = code;

        // When
        Past past = ask(istio(), query -> body, reader -> reader.past(ORDER, Duration.ofSeconds(2)));

        // Then
        assertThat(past)
                .isInstanceOfSatisfying(
                        Past.Unknown.class,
                        unknown -> assertThat(unknown.cause()).contains(cause));
    }

    @Test
    void ownQueriesHaveNoPast() {
        // Given
        PrometheusSource own = source(Optional.of(new PrometheusSource.Custom("my_total", "my_failed")));

        // When
        Past past = ask(own, query -> "", reader -> reader.past(ORDER, Duration.ofSeconds(2)));

        // Then
        assertThat(past).isEqualTo(new Past.None());
        assertThat(asked).isEmpty();
    }
}
