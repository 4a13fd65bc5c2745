package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class GatewayStatsTest {
    private static final String CLUSTER = "outbound|3000|canary|mcp-server.mcp-services.svc.cluster.local";
    private static final Pattern ALL = Pattern.compile("");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private final GatewayStats stats = new GatewayStats(now::get);

    @Test
    void namesAndLabelsAreEnvoysWithIstiosTag() {
        // Given
        stats.completed(CLUSTER, 503);

        // When
        String text = stats.exposition(true, Pattern.compile("upstream_rq_(completed|5xx|503)"));

        // Then
        String cluster = "envoy_cluster_name=\"outbound|3000|canary|mcp-server\",cluster_name=\"" + CLUSTER + "\"";
        assertThat(text).isEqualTo("""
                # TYPE envoy_cluster_upstream_rq counter
                envoy_cluster_upstream_rq{envoy_response_code="503",%1$s} 1
                # TYPE envoy_cluster_upstream_rq_completed counter
                envoy_cluster_upstream_rq_completed{%1$s} 1
                # TYPE envoy_cluster_upstream_rq_xx counter
                envoy_cluster_upstream_rq_xx{envoy_response_code_class="5",%1$s} 1
                """.formatted(cluster));
    }

    @Test
    void theFilterMatchesInnerNames() {
        // Given
        stats.completed(CLUSTER, 200);

        // When
        String byInner = stats.exposition(true, Pattern.compile("upstream_rq_2xx"));
        String byFamily = stats.exposition(true, Pattern.compile("upstream_rq_xx"));

        // Then
        assertThat(byInner).contains("envoy_cluster_upstream_rq_xx");
        assertThat(byFamily).isEmpty();
    }

    @Test
    void whatWasNeverCountedIsAbsentWhenOnlyUsedOnesAreWanted() {
        // Given
        stats.declare(CLUSTER);

        // When
        String all = stats.exposition(false, ALL);
        String used = stats.exposition(true, ALL);

        // Then
        assertThat(all).contains("envoy_cluster_upstream_rq_total{");
        assertThat(used).doesNotContain("cluster");
    }

    @Test
    void howLongRequestsTookIsShownInIstiosBuckets() {
        // Given
        Map<String, String> labels = new TreeMap<>(Map.of("reporter", "source", "response_code", "200"));
        for (int millis : new int[] {0, 1, 5, 6, 2500, 2501, 4_000_000}) {
            stats.request(labels, Duration.ofMillis(millis));
        }
        stats.flush();

        // When
        String text = stats.exposition(true, Pattern.compile("istio_request_duration_milliseconds.*source"));

        // Then
        String[] bounds = {
            "0.5", "1", "5", "10", "25", "50", "100", "250", "500", "1000", "2500", "5000", "10000", "30000", "60000",
            "300000", "3600000", "+Inf"
        };
        int[] atMost = {1, 2, 3, 4, 4, 4, 4, 4, 4, 4, 5, 6, 6, 6, 6, 6, 6, 7};
        String series = "reporter=\"source\",response_code=\"200\"";
        StringBuilder expected = new StringBuilder("# TYPE istio_request_duration_milliseconds histogram\n");
        for (int i = 0; i < bounds.length; i++) {
            expected.append("istio_request_duration_milliseconds_bucket{%s,le=\"%s\"} %d\n"
                    .formatted(series, bounds[i], atMost[i]));
        }
        expected.append("istio_request_duration_milliseconds_sum{%s} 4005013\n".formatted(series))
                .append("istio_request_duration_milliseconds_count{%s} 7\n".formatted(series));
        assertThat(text).isEqualTo(expected.toString());
    }

    @Test
    void durationsAreShownAsTheyWereWhenTheyWereFlushed() {
        // Given
        Pattern durations = Pattern.compile("istio_request_duration_milliseconds");
        Map<String, String> labels = Map.of("reporter", "source");
        stats.request(labels, Duration.ofMillis(3));

        // When
        String unflushed = stats.exposition(true, durations);
        stats.flush();
        stats.request(labels, Duration.ofMillis(3));
        String flushed = stats.exposition(true, durations);
        String counted = stats.exposition(true, Pattern.compile("istio_requests_total"));

        // Then
        assertThat(unflushed).isEmpty();
        assertThat(flushed).contains("_count{reporter=\"source\"} 1\n");
        assertThat(counted).endsWith("istio_requests_total{reporter=\"source\"} 2\n");
    }

    @Test
    void aRestartForgetsDurationsToo() {
        // Given
        stats.request(Map.of("reporter", "source"), Duration.ofMillis(3));
        stats.flush();

        // When
        stats.reset();
        stats.flush();

        // Then
        assertThat(stats.exposition(false, ALL)).doesNotContain("istio_request");
    }

    @Test
    void aRestartForgetsTheNumbersAndTheUptime() {
        // Given
        stats.declare(CLUSTER);
        stats.completed(CLUSTER, 200);
        now.set(Instant.EPOCH.plusSeconds(90));
        String before = stats.exposition(false, ALL);

        // When
        stats.reset();
        now.set(Instant.EPOCH.plusSeconds(95));
        String after = stats.exposition(false, ALL);

        // Then
        assertThat(before)
                .contains("rq_completed")
                .contains("envoy_server_uptime{} 90")
                .contains("envoy_server_live{} 1");
        assertThat(after).doesNotContain("rq_completed").contains("rq_total").contains("envoy_server_uptime{} 5");
    }
}
