package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a POST is executed when its first try fails, as measured on Envoy 1.40. */
class MeshRetryTest {
    private static MeshBed bed(String retries) {
        return new MeshBed("- {%s route: [{destination: {host: mcp-server, subset: stable}}]}"
                .formatted(retries.isEmpty() ? "" : "retries: " + retries + ","));
    }

    private static HttpRequest failingOnce(MeshBed bed, String how, String value) {
        return bed.to("/mcp")
                .header("x-echo-once", "first")
                .header(how, value)
                .POST(HttpRequest.BodyPublishers.ofString("call"))
                .build();
    }

    @ParameterizedTest
    @CsvSource({
        "default, x-echo-status, 503, 1",
        "default, x-echo-reset, 1, 1",
        "default, x-echo-status, 409, 1",
        "default, x-echo-status, 429, 1",
        "5xx, x-echo-status, 503, 2",
        "5xx, x-echo-reset, 1, 2",
        "5xx, x-echo-status, 409, 1",
        "gateway-error, x-echo-status, 503, 2",
        "gateway-error, x-echo-status, 500, 1",
        "gateway-error, x-echo-reset, 1, 2",
        "reset, x-echo-status, 503, 1",
        "reset, x-echo-reset, 1, 2",
        "reset-before-request, x-echo-reset, 1, 1",
        "retriable-4xx, x-echo-status, 409, 2",
        "retriable-4xx, x-echo-status, 429, 1",
        "429, x-echo-status, 429, 2",
    })
    void aFailedTryIsExecutedAgainOnlyWhereThePolicySaysSo(String on, String how, String value, int executions) {
        try (MeshBed bed = bed(on.equals("default") ? "" : "{attempts: 2, retryOn: '" + on + "'}")) {
            // Given
            HttpRequest request = failingOnce(bed, how, value);

            // When
            HttpResponse<String> answer = bed.send(request);

            // Then
            assertThat(bed.stable.requests()).isEqualTo(executions);
            assertThat(answer.statusCode() == 200).isEqualTo(executions == 2);
            assertThat(bed.count("envoy_cluster_upstream_rq_total")).isEqualTo(executions);
            assertThat(bed.count("envoy_cluster_upstream_rq_retry")).isEqualTo(executions - 1);
            assertThat(bed.count("envoy_cluster_upstream_rq_completed")).isEqualTo(1);
            if (executions == 2) {
                assertThat(Yaml.received(answer.body()).path("body").asText()).isEqualTo("call");
            }
        }
    }

    @Test
    void aDeadPodIsLeftForALivingOneOfTheSameSubset() {
        try (MeshBed bed = bed("")) {
            // Given
            bed.config.endpoints(MeshBed.deadPod("stable"), MeshBed.pod(bed.stable, "stable"));
            bed.mesh.configChanged();

            // When
            for (int i = 0; i < 10; i++) {
                bed.get("/mcp");
            }

            // Then
            assertThat(bed.count("envoy_cluster_upstream_rq_xx", "class=\"2\"")).isEqualTo(10);
            assertThat(bed.count("envoy_cluster_upstream_cx_connect_fail")).isPositive();
        }
    }

    @Test
    void aTryThatIsTooSlowIsRepeatedWithinTheRoutesTimeout() {
        try (MeshBed bed = bed("{attempts: 1, perTryTimeout: 1s, retryOn: 5xx}")) {
            // Given
            HttpRequest request = failingOnce(bed, "x-echo-hang", "1");

            // When
            HttpResponse<String> answer = bed.send(request);

            // Then
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(bed.count("envoy_cluster_upstream_rq_per_try_timeout")).isEqualTo(1);
        }
    }

    @Test
    void aBodyTooLargeToKeepIsNotSentAgain() {
        try (MeshBed bed = bed("{attempts: 2, retryOn: 5xx}")) {
            // Given
            HttpRequest request = bed.to("/mcp")
                    .header("x-echo-status", "503")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[3 << 20]))
                    .build();

            // When
            HttpResponse<String> answer = bed.send(request);

            // Then
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(bed.stable.requests()).isEqualTo(1);
            assertThat(Yaml.received(answer.body()).path("body").asText().length())
                    .isEqualTo(3 << 20);
        }
    }
}
