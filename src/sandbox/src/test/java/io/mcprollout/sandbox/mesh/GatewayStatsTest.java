package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
