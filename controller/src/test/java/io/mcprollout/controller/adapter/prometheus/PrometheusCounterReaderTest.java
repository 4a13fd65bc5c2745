package io.mcprollout.controller.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How Istio's counters and histogram are read, and what is said when they cannot be. */
class PrometheusCounterReaderTest extends PrometheusBed {
    @Test
    void takesTheLastSampleOfEverySeriesAndTheirAge() {
        // Given
        String answer = matrix(
                series("mcp-server-stable", "200", "gw-1", "[1700000080,\"7\"],[1700000095,\"90\"]"),
                series("mcp-server-stable", "503", "gw-1", "[1700000095,\"1\"]"),
                series("mcp-server-canary", "200", "gw-2", "[1700000099.5,\"11\"]"),
                series("mcp-server-canary", "0", "gw-2", "[1700000099.5,\"500\"]"),
                series("unknown", "503", "gw-2", "[1700000099.5,\"4\"]"));

        // When
        Count count = read(istio(), query -> answer);

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.at()).isEqualTo(Instant.ofEpochMilli(1_700_000_097_250L));
            assertThat(counted.skew()).isEqualTo(Duration.ofMillis(2750));
            assertThat(counted.counters())
                    .containsEntry(new Series("10.0.0.1:15090/gw-1", Slot.A, false), 90L)
                    .containsEntry(new Series("10.0.0.1:15090/gw-1", Slot.A, true), 1L)
                    .containsEntry(new Series("10.0.0.1:15090/gw-2", Slot.B, false), 11L)
                    .containsEntry(new Series("10.0.0.1:15090/gw-2", Slot.B, true), 0L);
            assertThat(counted.unattributed()).containsEntry("10.0.0.1:15090/gw-2", 4L);
        });
        assertThat(asked.getFirst().getFormAttribute("query"))
                .isEqualTo(
                        "istio_requests_total{reporter=\"source\",destination_workload=~\"mcp-server-canary|mcp-server-stable|unknown\","
                                + "destination_service=~\"mcp-server\\\\.mcp-services\\\\.svc\\\\.cluster\\\\.local\"}[30000ms]");
        assertThat(asked.getFirst().getHeader("Authorization")).isEqualTo("Bearer s3cret");
    }

    @Test
    void theHistogramIsAskedForAtTheMomentOfTheNewestCounter() {
        // Given
        String counters = matrix(
                series("mcp-server-stable", "200", "gw-1", "[1700000095,\"90\"]"),
                series("mcp-server-canary", "200", "gw-2", "[1700000099.5,\"11\"]"));
        String buckets = matrix(
                bucket("mcp-server-stable", "200", "gw-1", "100.0", "[1700000080,\"70\"],[1700000095,\"80\"]"),
                bucket("mcp-server-stable", "200", "gw-1", "+Inf", "[1700000080,\"71\"],[1700000095,\"88\"]"),
                bucket("mcp-server-stable", "202", "gw-1", "100.0", "[1700000095,\"1\"]"),
                bucket("mcp-server-stable", "202", "gw-1", "+Inf", "[1700000095,\"2\"]"),
                bucket("mcp-server-stable", "503", "gw-1", "+Inf", "[1700000095,\"9\"]"),
                bucket("mcp-server-canary", "200", "gw-gone", "+Inf", "[1700000070,\"9\"]"));

        // When
        Count count = read(istio(), query -> query.contains("duration") ? buckets : counters);

        // Then
        assertThat(count).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            SortedMap<Double, Long> sum = new TreeMap<>(Map.of(100.0, 81L, Double.POSITIVE_INFINITY, 90L));
            assertThat(counted.latency().histograms())
                    .containsExactly(new Histogram("10.0.0.1:15090/gw-1", Slot.A, sum));
            assertThat(counted.latency().at()).isEqualTo(counted.at().minusMillis(2500));
            assertThat(counted.latency().skew()).isEqualTo(counted.skew().plusMillis(2500));
        });
        assertThat(asked.get(1).getFormAttribute("time")).isEqualTo("1700000099.500");
        assertThat(asked.get(1).getFormAttribute("query"))
                .startsWith("istio_request_duration_milliseconds_bucket{reporter=\"source\",destination_workload=~")
                .endsWith(",response_code!~\"5..|0\"}[30000ms]");
    }

    @Test
    void withoutAHistogramTheCountersCountAndItIsSaid() {
        // Given
        String counters = matrix(series("mcp-server-stable", "200", "gw-1", "[1700000095,\"90\"]"));

        // When
        Count absent = read(istio(), query -> query.contains("duration") ? matrix() : counters);
        Count refused = read(istio(), query -> query.contains("duration") ? "no JSON" : counters);

        // Then
        assertThat(absent).isInstanceOfSatisfying(Count.Counted.class, counted -> {
            assertThat(counted.counters()).containsValue(90L);
            assertThat(counted.latency().lacking())
                    .startsWith("it has no istio_request_duration_milliseconds_bucket of these Deployments");
        });
        assertThat(refused)
                .isInstanceOfSatisfying(
                        Count.Counted.class,
                        counted -> assertThat(counted.latency().lacking())
                                .startsWith("it does not tell latency: it answers with status 200 and no JSON"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "422 | {\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"query timed out\"} | refuses the query: query timed out",
                "200 | {\"status\":\"success\",\"warnings\":[\"one store is down\"],\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | not complete: one store is down",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[]}} | no sample of the last 30 s",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"1\"]}} | gives a scalar",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"NaN\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"+Inf\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"-1\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"-Inf\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"0.5\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{\"pod\":\"gw-7\"},\"values\":[[1700000000,\"1e300\"]]}]}} | no cumulative counter can have, for {pod=gw-7}",
                "200 | {\"status\":\"success\",\"data\":{\"resultType\":\"matrix\",\"result\":[{\"metric\":{},\"values\":[]}]}} | no cumulative counter can have",
                "502 | <html>Bad Gateway</html> | status 502 and no JSON",
            })
    void whatIsNoWholeAnswerIsSaid(int code, String body, String cause) {
        // Given
        status = code;

        // When
        Count count = read(istio(), query -> body);

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class, failed -> assertThat(failed.cause()).contains(cause));
    }

    @Test
    void aPrometheusThatIsNotThereIsSaid() {
        // Given
        PrometheusSource nowhere = source(URI.create("http://127.0.0.1:1"), Optional.empty());

        // When
        Count count = reader(nowhere)
                .read(ORDER, Duration.ofSeconds(2))
                .toCompletableFuture()
                .join();

        // Then
        assertThat(count)
                .isInstanceOfSatisfying(
                        Count.Failed.class, failed -> assertThat(failed.cause()).startsWith("it cannot be asked: "));
    }

    @Test
    void whatStandsInAStringOrAnExpressionIsEscaped() {
        // When
        String text = PromQuery.escaped("a\"b\\c\nd");
        String regex = PromQuery.regex("a.b|c");

        // Then
        assertThat(text).isEqualTo("a\\\"b\\\\c\\nd");
        assertThat(regex).isEqualTo("a\\.b\\|c");
    }

    @Test
    void aWrongConfigurationNamesTheField() {
        // When / Then
        assertThatThrownBy(() -> source(URI.create("prometheus:9090"), Optional.empty()))
                .hasMessageContaining("url of a Prometheus source must look like http://");
        assertThatThrownBy(() -> new PrometheusSource.Custom("up", " ")).hasMessageContaining("both queries");
    }

    private static String bucket(String workload, String code, String pod, String bound, String values) {
        return series(workload, code, pod, values).replace("\"metric\":{", "\"metric\":{\"le\":\"" + bound + "\",");
    }
}
