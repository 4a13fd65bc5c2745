package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a rollout at rest costs, through the loop and the real adapters. A tag names the scenario of the field's leaders. */
class RestScenariosTest {
    private static final Set<String> READS = Set.of("get", "list");

    @Test
    @Tag("competitors-22")
    void aRolloutAtRestReadsNothingAndWritesNothing() {
        try (LiveCluster cluster = new LiveCluster("Replace");
                LiveController controller = new LiveController(cluster, "controller-1")) {
            // Given
            cluster.runUntil("idle", controller::tick, () -> cluster.phase().equals("Idle"));
            cluster.run(Duration.ofMinutes(2), controller::tick);
            cluster.api.log().clear();

            // When
            cluster.run(Duration.ofMinutes(10), controller::tick);

            // Then
            assertThat(cluster.api.log().countsByResource())
                    .allSatisfy((call, times) -> assertThat(call).startsWith("watch "));
            assertThat(cluster.api.log().count(call -> READS.contains(call.verb())))
                    .isZero();
        }
    }
}
