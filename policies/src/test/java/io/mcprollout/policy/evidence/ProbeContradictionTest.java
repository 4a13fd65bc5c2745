package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Mesh.GATEWAY;
import static io.mcprollout.policy.evidence.Mesh.START;
import static io.mcprollout.policy.evidence.Mesh.block;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;

/** What does not count because the log has a hole, or the mesh counted less than the prober sent. */
class ProbeContradictionTest {
    private final Mesh mesh = new Mesh();

    @Test
    void withoutALogOfTheWholeTimeAReadingIsABaselineOnly() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 5);
        mesh.complete = START.plusMillis(500);
        mesh.read(2);
        mesh.users(80, 0, 9, 0);

        // When
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void saysThatTheLogHasAHole() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.complete = START.plusMillis(500);

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.ledger.trouble(GATEWAY)).contains("log of probes begins at");
    }

    @Test
    void theLogIsNeededFromTheLastReadingOn() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.ledger.probesNeededSince())
                .isEqualTo(START.plusSeconds(2).minus(mesh.skew));
    }

    @Test
    void whenTheMeshCountsLessThanWasSentItIsNotBelievedForAWhile() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.probe(1, Slot.B, true, 1000);
        mesh.read(2);
        mesh.users(80, 0, 9, 1);
        mesh.read(4);
        mesh.users(80, 0, 9, 1);
        mesh.read(6);
        mesh.users(80, 0, 9, 0);
        mesh.read(12);
        mesh.users(80, 0, 9, 2);

        // When
        mesh.read(14);

        // Then
        assertThat(mesh.blocks).containsExactly(block(12, 14, 80, 0, 9, 2));
    }

    @Test
    void saysThatTheMeshCountsLessThanWasSent() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.probe(1, Slot.B, true, 1000);

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.ledger.trouble(GATEWAY)).contains("mesh counted", "although the prober sent");
    }

    @Test
    void aChangeOfWeightsDropsWhatContradictsTheLog() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(9, 0, 9, 0);
        mesh.probe(1, Slot.B, true, 1000);
        mesh.read(2);

        // When
        Ledger.Taken taken = mesh.ledger.closeForWeightChange(GATEWAY, START.plusSeconds(3), mesh.harm);

        // Then
        assertThat(taken.closed()).isEmpty();
    }
}
