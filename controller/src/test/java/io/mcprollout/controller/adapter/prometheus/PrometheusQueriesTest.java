package io.mcprollout.controller.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries of the administrator's own. */
class PrometheusQueriesTest extends PrometheusBed {
    @Test
    void ownQueriesAreAskedAboutOneMomentAndTheFailedAreAPartOfAll() {
        // Given
        PrometheusSource own = source(Optional.of(new PrometheusSource.Custom(
                "my_total{d=\"${deployment}\"}", "my_total{d=\"${deployment}\",ok=\"${subset}\"}")));

        // When
        Count count = read(own, query -> {
            String deployment = query.contains("stable") ? "100" : "40";
            return vector(query.contains("ok=") ? "7" : deployment);
        });

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.counters())
                    .containsEntry(new Series("{pod=gw-1}", Slot.A, false), 93L)
                    .containsEntry(new Series("{pod=gw-1}", Slot.A, true), 7L)
                    .containsEntry(new Series("{pod=gw-1}", Slot.B, false), 33L);
            assertThat(counted.skew()).isEqualTo(Duration.ofMillis(15_500));
        });
        assertThat(asked)
                .extracting(request -> request.getFormAttribute("time"))
                .containsOnly("1700000099.250");
        assertThat(asked)
                .extracting(request -> request.getFormAttribute("query"))
                .contains("my_total{d=\"mcp-server-canary\",ok=\"canary\"}");
    }

    @ParameterizedTest
    @CsvSource({"10, 12", "0, 1"})
    void ownQueriesThatCountMoreFailuresThanRequestsAreRefused(String total, String failed) {
        // Given
        PrometheusSource own = source(Optional.of(new PrometheusSource.Custom("my_total", "my_failed")));

        // When
        Count count = read(own, query -> vector(query.contains("failed") ? failed : total));

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class,
                        refused -> assertThat(refused.cause())
                                .startsWith("it counts " + failed
                                        + " failed requests, which is more than all, for {pod=gw-1}"));
    }

    private static String vector(String value) {
        return "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":{\"__name__\":\"my_total\","
                + "\"pod\":\"gw-1\"},\"value\":[1700000099.25,\"" + value + "\"]}]}}";
    }
}
