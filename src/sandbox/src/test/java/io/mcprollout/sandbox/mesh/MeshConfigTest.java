package io.mcprollout.sandbox.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeshConfigTest {
    private static final String OLD = "- directResponse: {status: 201}";
    private static final String NEW = "- directResponse: {status: 202}";

    @Test
    void aChangeArrivesAfterTheDelay() {
        try (MeshBed bed = new MeshBed(OLD, Duration.ofMillis(300))) {
            // Given
            long start = System.nanoTime();

            // When
            bed.rewrite(NEW);
            int atOnce = bed.get("/").statusCode();
            await().pollInterval(Duration.ofMillis(5)).until(() -> bed.get("/").statusCode() == 202);

            // Then
            assertThat(atOnce).isEqualTo(201);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(300), Duration.ofSeconds(9));
        }
    }

    @Test
    void withoutAControlPlaneTheLastConfigurationStaysAndTheNewOneComesAfterReconnecting() {
        try (MeshBed bed = new MeshBed(OLD, Duration.ofMillis(50))) {
            // Given
            bed.mesh.controlPlane().disconnect();
            bed.rewrite(NEW);

            // When
            boolean kept = IntStream.range(0, 100).allMatch(i -> bed.get("/").statusCode() == 201);
            bed.mesh.controlPlane().reconnect();

            // Then
            assertThat(kept).isTrue();
            await().until(() -> bed.get("/").statusCode() == 202);
        }
    }

    @Test
    void anInvalidObjectIsNotUsedAndSaid() {
        try (MeshBed bed = new MeshBed(OLD)) {
            // Given
            String invalid = "- {timeout: soon, directResponse: {status: 200}, fault: {}}";

            // When
            bed.rewrite(invalid);
            int status = bed.get("/").statusCode();
            String problem = bed.mesh.problem().orElse("");
            bed.rewrite(NEW);

            // Then
            assertThat(status).isEqualTo(201);
            assertThat(problem).contains("VirtualService ns/mcp: spec.http[0].fault: is not supported");
            assertThat(bed.mesh.problem()).isEmpty();
            assertThat(bed.get("/").statusCode()).isEqualTo(202);
        }
    }

    @Test
    void podsThatAreNotReadyGetNothing() {
        try (MeshBed bed = new MeshBed("- route: [{destination: {host: mcp-server}}]")) {
            // Given
            Endpoint ready = MeshBed.pod(bed.stable, "stable");
            Endpoint canary = MeshBed.pod(bed.canary, "canary");
            Endpoint unready = new Endpoint(
                    canary.service(), 3000, canary.ip(), canary.port(), false, canary.workload(), canary.labels());
            bed.config.endpoints(ready, unready);
            bed.mesh.configChanged();

            // When
            for (int i = 0; i < 6; i++) {
                bed.get("/");
            }

            // Then
            assertThat(bed.stable.requests()).isEqualTo(6);
            assertThat(bed.canary.requests()).isZero();
        }
    }
}
