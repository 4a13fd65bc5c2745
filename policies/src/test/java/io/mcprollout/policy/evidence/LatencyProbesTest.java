package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Histograms.block;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;

/** How slow and fast requests are freed from the prober's own. */
class LatencyProbesTest {
    private final Histograms mesh = new Histograms();

    @Test
    void aProbeThatWasFastIsTakenOffTheFastOnes() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .took("p1", Slot.B, 20, 1)
                .probe(1, Slot.B, false, 60, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aSlowProbeOfTheCandidateIsTakenOffTheSlowOnes() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .took("p1", Slot.B, 20, 1)
                .probe(1, Slot.B, false, 120, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 10, 3));
        assertThat(mesh.possible).contains(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aSlowProbeOfStableIsTakenOffTheFastOnes() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .took("p1", Slot.A, 400, 1)
                .probe(1, Slot.A, false, 400, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 79, 4, 9, 4));
        assertThat(mesh.possible).contains(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aSlowProbeIsTakenOffTheFastOnesWhereNoneWasSlow() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 0)
                .took("p1", Slot.B, 20, 1)
                .probe(1, Slot.B, false, 120, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 0));
    }

    @Test
    void aProbeThatFailedWasNeverCounted() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .probe(1, Slot.B, true, 120, 1000)
                .probe(2, Slot.B, true, 20, 1900)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aProbeInFlightIsTakenOffWhereThereIsLessEvidenceAndPaidLater() {
        // Given
        mesh.opened();
        mesh.users(80, 3, 9, 4).probe(1, Slot.B, false, 0, null).read(2);

        // When
        mesh.probe(1, Slot.B, false, 50, 3000)
                .users(80, 3, 9, 4)
                .took("p1", Slot.B, 20, 1)
                .read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 3), block(2, 4, 80, 3, 9, 5));
    }

    @Test
    void aHistogramThatHoldsLessThanTheProberSentIsNotBelieved() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 0, 1)
                .probe(1, Slot.B, false, 400, 900)
                .probe(2, Slot.B, false, 400, 1000)
                .took("p1", Slot.A, 20, 9)
                .read(12);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("although the prober sent");
    }
}
