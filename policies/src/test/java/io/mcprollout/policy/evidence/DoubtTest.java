package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Mesh.GATEWAY;
import static io.mcprollout.policy.evidence.Mesh.block;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the prober's requests when nobody knows whether the mesh has counted them. */
class DoubtTest {
    private final Mesh mesh = new Mesh().users(0, 0, 0, 0);

    @Test
    void aRequestThatWasInTheBaselineIsNotTakenOffLater() {
        // Given
        mesh.counted(1, Slot.B, true, 50).read(0);

        // When
        mesh.users(80, 0, 9, 0).read(2).users(80, 0, 8, 1).read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 8, 1));
    }

    @Test
    void whileInstancesChangeARequestThatIsNotCountedIsNoContradiction() {
        // Given
        mesh.read(0);

        // When
        mesh.users(80, 0, 9, 0)
                .probe(1, Slot.B, true, 1000)
                .counts("p2", Slot.B, true, 1)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0));
    }

    @Test
    void whatMakesNoDifferenceStaysWhereItWasCountedAndIsTakenOffNext() {
        // Given
        mesh.read(0);

        // When
        mesh.users(80, 0, 9, 0)
                .counted(1, Slot.B, false, 1950)
                .read(2)
                .users(80, 0, 9, 0)
                .read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 10, 0), block(2, 4, 80, 0, 8, 0));
    }

    @Test
    void aRequestInFlightIsNeverAddedToTheUsers() {
        // Given
        mesh.harm = block -> 10.0 * block.candidate().bad() + block.stable().ok();
        mesh.read(0);

        // When
        mesh.users(80, 0, 9, 0)
                .probe(1, Slot.A, false, null)
                .counts("p1", Slot.A, false, 1)
                .read(2)
                .probe(1, Slot.A, false, 3000)
                .users(80, 0, 9, 0)
                .read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 4, 80, 0, 9, 0));
    }

    @Test
    void aBlockThatIsWorthMoreThanANumberCanSayClosesToo() {
        // Given
        mesh.harm = block -> Double.POSITIVE_INFINITY;
        mesh.read(0);

        // When
        mesh.users(80, 0, 9, 0).read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0));
    }

    @Test
    void theProbersRequestsDoNotCloseABlock() {
        // Given
        mesh.read(0);

        // When
        mesh.users(80, 0, 0, 0).counted(1, Slot.B, false, 1000).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
    }

    @Test
    void aLessExactReadingTakesNothingOffTwice() {
        // Given
        mesh.read(0).users(80, 0, 9, 0).counted(1, Slot.B, true, 1500).read(2);
        mesh.skew = Duration.ofSeconds(2);
        mesh.read(3);
        mesh.skew = Duration.ofMillis(100);

        // When
        mesh.users(80, 0, 8, 1).read(5);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 0, 9, 0), block(2, 5, 80, 0, 8, 1));
    }

    @Test
    void afterAContradictionAChangeOfWeightsGivesNothingEither() {
        // Given
        mesh.read(0).users(80, 0, 9, 0).probe(1, Slot.B, true, 1000).read(2);
        mesh.users(3, 0, 3, 0).read(4);

        // When
        var closed = mesh.weightsChange(5);

        // Then
        assertThat(closed).isEmpty();
    }

    @Test
    void aReadingThatMayBeOfBeforeTheLastChangeOfWeightsGivesNothingAtTheNext() {
        // Given
        mesh.read(0);
        mesh.weightsChange(1);
        mesh.read(2);
        mesh.skew = Duration.ofSeconds(10);
        mesh.users(3, 0, 3, 0).read(4);

        // When
        var closed = mesh.weightsChange(5);

        // Then
        assertThat(closed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT1H"})
    void anySkewUpToAnHourIsTaken(Duration skew) {
        // Given
        mesh.skew = skew;

        // When
        mesh.read(0);

        // Then
        assertThat(mesh.ledger.trouble(GATEWAY)).isEmpty();
    }
}
