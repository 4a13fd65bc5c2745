package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a block of requests closes, and what a change of weights or of the cohort does to it. */
class LedgerBlocksTest extends CountedMesh {
    @ParameterizedTest
    @CsvSource({"4,1,1", "3,1,0", "40,0,0", "4000,1000,1", "3999,1000,0"})
    void aBlockClosesWhenStableHasFourTimesTheCandidatesRequests(long stable, long candidate, int closed) {
        // Given
        read(0);
        count("p1", 0, 0, 0, 0);
        read(2);
        count("p1", stable, 0, candidate, 0);

        // When
        read(4);

        // Then
        assertThat(blocks).hasSize(closed);
    }

    @Test
    void aBlockClosesAfterTenSecondsAnyway() {
        // Given
        count("p1", 10, 0, 10, 0);
        read(0);
        count("p1", 10, 0, 10, 0);
        read(9);
        count("p1", 10, 0, 10, 0);

        // When
        read(10);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(10), new Tally(20, 0), new Tally(20, 0)));
    }

    @Test
    void outcomesDoNotDecideWhenABlockCloses() {
        // Given
        count("p1", 10, 0, 10, 0);
        read(0);
        count("p1", 0, 40, 0, 10);

        // When
        read(2);

        // Then
        assertThat(blocks).hasSize(1);
    }

    @Test
    void anotherCohortStartsWithoutEvidenceFromTheSameBaseline() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 30, 0, 30, 0);
        read(2);
        ledger = ledger.forCohort(new Cohort(new Revision("1-old"), new Revision("1-newer")), Slot.A);
        count("p1", 80, 1, 9, 0);

        // When
        read(4);

        // Then
        assertThat(ledger.cohort().candidate()).isEqualTo(new Revision("1-newer"));
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(2), at(4), new Tally(80, 1), new Tally(9, 0)));
    }

    @Test
    void aChangeOfWeightsClosesTheBlockAtItsLastReadingAndDropsWhatFollows() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 10, 1, 9, 0);
        read(2);

        // When
        Ledger.Taken changed = ledger.closeForWeightChange(GATEWAY, at(3), CountedMesh::harm);
        ledger = changed.next();
        count("p1", 500, 50, 500, 50);
        read(4);
        count("p1", 80, 2, 9, 1);
        read(6);

        // Then
        assertThat(changed.closed().map(ClosedBlock::users))
                .contains(new MeshBlock(GATEWAY, at(0), at(2), new Tally(10, 1), new Tally(9, 0)));
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(4), at(6), new Tally(80, 2), new Tally(9, 1)));
    }

    @Test
    void aGapThatSpansAChangeOfWeightsIsDroppedWithAReason() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        ledger = ledger.closeForWeightChange(GATEWAY, at(30), CountedMesh::harm).next();
        count("p1", 80, 2, 9, 1);

        // When
        read(60);

        // Then
        assertThat(blocks).isEmpty();
        assertThat(ledger.trouble(GATEWAY)).contains("weights changed");
    }

    @Test
    void aReadingThatMayBeOfBeforeAChangeOfWeightsIsNoBaselineYet() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        ledger = ledger.closeForWeightChange(GATEWAY, at(2).minusMillis(50), CountedMesh::harm)
                .next();
        read(2);
        count("p1", 80, 2, 9, 1);

        // When
        read(4);

        // Then
        assertThat(blocks).isEmpty();
    }

    @Test
    void nothingReadIsNothingToClose() {
        // Given
        count("p1", 900, 9, 100, 5);

        // When
        Optional<MeshBlock> unread = ledger.closeForWeightChange(GATEWAY, at(0), CountedMesh::harm)
                .closed()
                .map(ClosedBlock::users);
        read(2);
        Optional<MeshBlock> baseline = ledger.closeForWeightChange(GATEWAY, at(3), CountedMesh::harm)
                .closed()
                .map(ClosedBlock::users);

        // Then
        assertThat(unread).isEmpty();
        assertThat(baseline).isEmpty();
    }
}
