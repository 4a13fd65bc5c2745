package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Mesh.GATEWAY;
import static io.mcprollout.policy.evidence.Mesh.START;
import static io.mcprollout.policy.evidence.Mesh.block;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;

/** How the mesh's counts are freed from the prober's own requests. */
class ProbeSubtractionTest {
    private final Mesh mesh = new Mesh();

    @Test
    void takesOffWhatTheProberSent() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 1, 9, 0);
        mesh.counted(1, Slot.A, false, 1000);
        mesh.counted(2, Slot.B, true, 1200);

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 1, 9, 0));
    }

    @Test
    void takesEachOffOnce() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.counted(1, Slot.B, true, 1000);
        mesh.read(2);
        mesh.users(80, 0, 8, 1);

        // When
        mesh.read(4);

        // Then
        assertThat(mesh.blocks.getLast()).isEqualTo(block(2, 4, 80, 0, 8, 1));
    }

    @Test
    void aFailureAtTheEndThatIsCountedIsTakenOffAtOnce() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.counted(1, Slot.B, true, 1950);

        // When
        mesh.read(2);
        mesh.users(80, 0, 9, 0);
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void aFailureAtTheEndThatIsCountedLaterIsTakenOffLater() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.probe(1, Slot.B, true, 1950);
        mesh.read(2);
        mesh.users(80, 0, 9, 0);
        mesh.counts("p1", Slot.B, true, 1);

        // When
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void doubtGoesWhereThereIsLessEvidenceAndIsPaidLater() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 8, 1);
        mesh.probe(1, Slot.B, true, 2050);
        mesh.read(2);
        mesh.users(80, 0, 9, 0);
        mesh.counts("p1", Slot.B, true, 1);

        // When
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 8, 0), block(2, 4, 80, 0, 9, 1));
    }

    @Test
    void stablesDoubtfulFailureStaysAsLongAsItSpeaksForTheCandidate() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.counted(1, Slot.A, true, 1950);
        mesh.read(2);
        mesh.users(79, 1, 9, 0);

        // When
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 1, 9, 0), block(2, 4, 79, 0, 9, 0));
    }

    @Test
    void aRequestInFlightIsNeitherLostNorTakenOffTwice() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 8, 1);
        mesh.probe(1, Slot.B, false, null);
        mesh.read(2);
        mesh.sent.clear();
        mesh.users(80, 0, 9, 0);
        mesh.counted(1, Slot.B, true, 3000);

        // When
        mesh.read(4);

        // Then
        assertThat(sum(Slot.B)).isEqualTo(new Tally(17, 1));
    }

    @Test
    void aRequestInFlightOverManyReadingsHidesOneFailureAtMost() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.probe(1, Slot.B, false, null);

        // When
        for (int second = 2; second <= 20; second += 2) {
            mesh.users(80, 0, 8, 1);
            mesh.read(second);
        }

        // Then
        assertThat(sum(Slot.B)).isEqualTo(new Tally(80, 9));
    }

    @Test
    void aRequestThatIsSentAfterTheReadingIsOfNoConcern() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 8, 1);
        mesh.sent.add(new ProbeRequest(1, Slot.B, false, START.plusMillis(2101), null));
        mesh.sent.add(new ProbeRequest(2, Slot.B, true, START.plusMillis(2101), START.plusMillis(2150)));

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 8, 1));
    }

    @Test
    void requestsBeforeTheBaselineAreOfNoConcern() {
        // Given
        mesh.counted(1, Slot.B, false, -500);
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0));
    }

    @Test
    void aRequestAtTheBaselineMayBeInItOrNot() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.probe(1, Slot.B, true, 50);
        mesh.read(0);
        mesh.users(80, 0, 9, 0);
        mesh.counts("p1", Slot.B, true, 1);

        // When
        mesh.read(2);
        mesh.users(80, 0, 9, 0);
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void whileInstancesChangeProbesMayHaveGoneThroughTheOneThatIsNotCounted() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(80, 0, 8, 1);
        mesh.probe(1, Slot.B, true, 1000);
        mesh.counts("p2", Slot.B, true, 1);

        // When
        mesh.read(2);
        mesh.users(80, 0, 9, 0);
        mesh.read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 8, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void aChangeOfWeightsTakesOffWhatIsKnown() {
        // Given
        mesh.users(0, 0, 0, 0);
        mesh.read(0);
        mesh.users(9, 0, 9, 0);
        mesh.counted(1, Slot.B, true, 1000);
        mesh.counted(2, Slot.B, true, 1950);
        mesh.read(2);

        // When
        Ledger.Taken taken = mesh.ledger.closeForWeightChange(GATEWAY, START.plusSeconds(3), mesh.harm);

        // Then
        assertThat(taken.closed().map(ClosedBlock::users)).contains(block(0, 2, 9, 0, 9, 0));
    }

    private Tally sum(Slot slot) {
        return mesh.blocks.stream()
                .map(each -> slot == Slot.A ? each.stable() : each.candidate())
                .reduce(Tally.NONE, Tally::plus);
    }
}
