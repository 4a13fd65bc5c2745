package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which counter sees which failure, as measured on Envoy 1.40: the same requests, the same numbers. */
class MeshFailureTest {
    private static final int REQUESTS = 10;

    private static final String CLUSTER = "cluster_name=\"" + MeshBed.CANARY + "\"";

    /** A failure, what the client sees and what the counters say per request. */
    enum Failure {
        SERVER_503(503, "", 1, 1, "-", "canary"),
        NOTHING_LISTENS(503, "upstream connect error or disconnect/reset before headers.", 1, 0, "URX,UF", "unknown"),
        NO_ENDPOINTS(503, "no healthy upstream", 1, 0, "UH", "unknown"),
        RESET(503, "upstream connect error or disconnect/reset before headers.", 1, 1, "UC", "canary"),
        TIMEOUT(504, "upstream request timeout", 1, 1, "UT", "canary"),
        NO_CLUSTER(503, "", 0, 0, "NC", "unknown");

        private final int status;
        private final String body;
        private final int completed;
        private final int total;
        private final String flags;
        private final String version;

        Failure(int status, String body, int completed, int total, String flags, String version) {
            this.status = status;
            this.body = body;
            this.completed = completed;
            this.total = total;
            this.flags = flags;
            this.version = version;
        }

        void arrange(MeshBed bed) {
            if (this == NOTHING_LISTENS) {
                bed.config.endpoints(MeshBed.deadPod("canary"));
            } else if (this == NO_ENDPOINTS) {
                bed.config.endpoints(MeshBed.pod(bed.stable, "stable"));
            }
            bed.mesh.configChanged();
        }

        String[] headers() {
            return switch (this) {
                case SERVER_503 -> new String[] {"x-echo-status", "503"};
                case RESET -> new String[] {"x-echo-reset", "1"};
                case TIMEOUT -> new String[] {"x-echo-hang", "1"};
                default -> new String[0];
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void countersSeeEachFailureAsEnvoys(Failure failure) {
        try (MeshBed bed = new MeshBed("""
                - timeout: %s
                  route:
                  - destination: {host: mcp-server, subset: %s}
                    headers: {response: {set: {x-mcp-variant: canary}}}
                """.formatted(
                failure == Failure.TIMEOUT ? "50ms" : "0s", failure == Failure.NO_CLUSTER ? "missing" : "canary"))) {
            // Given
            failure.arrange(bed);

            // When
            List<HttpResponse<String>> answers = IntStream.range(0, REQUESTS)
                    .mapToObj(i -> bed.get("/mcp", failure.headers()))
                    .toList();

            // Then
            assertThat(answers).extracting(HttpResponse::statusCode).containsOnly(failure.status);
            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.headers().firstValue("x-mcp-variant")).hasValue("canary");
                if (failure != Failure.SERVER_503) {
                    assertThat(answer.body()).startsWith(failure.body);
                }
            });
            long completed = REQUESTS * (long) failure.completed;
            assertThat(bed.count("envoy_cluster_upstream_rq_completed", CLUSTER))
                    .isEqualTo(completed);
            assertThat(bed.count("envoy_cluster_upstream_rq_xx", CLUSTER, "envoy_response_code_class=\"5\""))
                    .isEqualTo(completed);
            assertThat(bed.count(
                            "envoy_cluster_upstream_rq", CLUSTER, "envoy_response_code=\"" + failure.status + "\""))
                    .isEqualTo(completed);
            assertThat(bed.count("envoy_cluster_upstream_rq_total", CLUSTER))
                    .isEqualTo(REQUESTS * (long) failure.total);
            assertThat(bed.count("envoy_cluster_upstream_rq_active", CLUSTER)).isZero();
            assertThat(bed.count("envoy_http_no_cluster")).isEqualTo(failure == Failure.NO_CLUSTER ? REQUESTS : 0);
            assertThat(bed.count("envoy_cluster_upstream_rq_timeout", CLUSTER))
                    .isEqualTo(failure == Failure.TIMEOUT ? REQUESTS : 0);
            assertThat(bed.count("envoy_cluster_upstream_cx_none_healthy", CLUSTER))
                    .isEqualTo(failure == Failure.NO_ENDPOINTS ? REQUESTS : 0);
            assertThat(bed.count("envoy_cluster_upstream_cx_connect_fail", CLUSTER))
                    .as("attempts, two retries included")
                    .isEqualTo(failure == Failure.NOTHING_LISTENS ? 3 * REQUESTS : 0);
            assertThat(bed.count(
                            "istio_requests_total",
                            "reporter=\"source\"",
                            "response_code=\"" + failure.status + "\"",
                            "response_flags=\"" + failure.flags + "\"",
                            "destination_version=\"" + failure.version + "\""))
                    .isEqualTo(REQUESTS);
        }
    }
}
