package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.sandbox.process.PackagedController;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Two packaged controllers: what one leaves, killed or asked to end, the other takes over. */
class FailoverTest {
    private static final System.Logger LOG = System.getLogger(FailoverTest.class.getName());

    @Test
    void aRollbackThatIsDueWhenTheLeaderIsKilledIsWrittenByTheOtherWithinTwentySeconds() {
        // Given
        try (DemoBed demo = new DemoBed("deploy/kustomize/cluster").secure();
                PackagedController first = PackagedController.start(demo.launch("first"))) {
            first.awaitReady(DemoBed.LIMIT);
            await().atMost(DemoBed.LIMIT).until(() -> demo.leader().startsWith("first"));
            try (PackagedController second = PackagedController.start(demo.launch("second"))) {
                second.awaitReady(DemoBed.LIMIT);
                demo.awaitPhase("Idle");
                demo.release("1.1");
                demo.awaitWeight(10);
                // When
                demo.bed
                        .player()
                        .faults("demo", "mcp-server-canary", Faults.of(new Fault.HttpError("tools/call", 500, 1)));
                first.kill();
                Instant killed = Instant.now();
                await().atMost(DemoBed.LIMIT)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> demo.leader().startsWith("second"));
                Duration leads = Duration.between(killed, Instant.now());
                demo.awaitWeight(0);
                Duration back = Duration.between(killed, Instant.now());
                // Then
                LOG.log(System.Logger.Level.INFO, "leads after {0}, back after {1}", leads, back);
                assertThat(leads).isLessThan(Duration.ofSeconds(15));
                assertThat(back).isLessThan(Duration.ofSeconds(20));
                demo.awaitPhase("RolledBack");
            }
        }
    }

    @Test
    void aLeaderThatIsAskedToEndGivesTheLeaseBackAndTheOtherGoesOn() {
        // Given
        try (DemoBed demo = new DemoBed("deploy/kustomize/cluster").secure()) {
            PackagedController first = PackagedController.start(demo.launch("first"));
            first.awaitReady(DemoBed.LIMIT);
            await().atMost(DemoBed.LIMIT).until(() -> demo.leader().startsWith("first"));
            try (PackagedController second = PackagedController.start(demo.launch("second"))) {
                second.awaitReady(DemoBed.LIMIT);
                demo.awaitPhase("Idle");
                demo.release("1.1");
                demo.awaitWeight(10);
                // When
                Instant asked = Instant.now();
                first.close();
                await().atMost(DemoBed.LIMIT)
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> demo.leader().startsWith("second"));
                Duration leads = Duration.between(asked, Instant.now());
                // Then
                LOG.log(System.Logger.Level.INFO, "leads {0} after the other was asked to end", leads);
                assertThat(leads).isLessThan(Duration.ofSeconds(9));
                demo.awaitPhase("Promoted");
                assertThat(demo.rollout().at("/status/attempt").asInt()).isEqualTo(1);
            }
        }
    }
}
