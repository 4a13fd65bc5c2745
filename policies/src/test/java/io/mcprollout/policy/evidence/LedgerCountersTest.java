package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the ledger makes of cumulative counters and of restarts. */
class LedgerCountersTest extends CountedMesh {
    @Test
    void theFirstReadingIsABaselineOnly() {
        // Given
        count("p1", 900, 9, 100, 5);

        // When
        read(0);

        // Then
        assertThat(blocks).isEmpty();
    }

    @Test
    void theSecondReadingGivesTheIncrements() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 80, 1, 9, 2);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(2), new Tally(80, 1), new Tally(9, 2)));
    }

    @Test
    void rolesFollowTheSlots() {
        // Given
        ledger = Ledger.of(COHORT, Slot.B);
        count("p1", 1, 0, 1, 0);
        read(0);
        count("p1", 3, 1, 40, 7);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(2), new Tally(40, 7), new Tally(3, 1)));
    }

    @Test
    void aRestartedInstanceGivesItsBaselineOnlyAndTheOthersCount() {
        // Given
        count("p1", 900, 9, 100, 5);
        count("p2", 500, 0, 50, 0);
        read(0);
        count("p2", 40, 0, 4, 1);
        counters.put(new Series("p1", Slot.A, false), 3L);

        // When
        read(2);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(2), new Tally(40, 0), new Tally(4, 1)));
    }

    @Test
    void afterItsRestartAnInstanceCountsFromItsNewBaseline() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        counters.put(new Series("p1", Slot.A, false), 3L);
        read(2);
        count("p1", 40, 1, 4, 0);

        // When
        read(12);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(40, 1));
        assertThat(blocks.getLast().candidate()).isEqualTo(new Tally(4, 0));
    }

    @Test
    void aNewInstanceGivesItsBaselineOnly() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 8, 0, 1, 0);
        count("p2", 5000, 50, 500, 5);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(8, 0));
        assertThat(blocks.getLast().candidate()).isEqualTo(new Tally(1, 0));
    }

    @Test
    void aSeriesThatIsNewAtAKnownInstanceCountsFromZero() {
        // Given
        counters.put(new Series("p1", Slot.A, false), 900L);
        read(0);
        counters.put(new Series("p1", Slot.A, false), 940L);
        counters.put(new Series("p1", Slot.B, true), 7L);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(40, 0));
        assertThat(blocks.getLast().candidate()).isEqualTo(new Tally(0, 7));
    }

    @Test
    void anInstanceThatLeavesIsMissedAndNothingElse() {
        // Given
        count("p1", 900, 9, 100, 5);
        count("p2", 900, 9, 100, 5);
        read(0);
        counters.keySet().removeIf(series -> series.instance().equals("p2"));
        count("p1", 8, 0, 1, 0);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(8, 0));
    }

    @Test
    void everyIncrementCountsOnceAcrossSavedStates() throws UnreadableState {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);

        // When
        for (int second = 2; second <= 100; second += 2) {
            count("p1", 40 + second, second % 7, 10, second % 3);
            count("p2", 4, 0, 1, 0);
            read(second);
            ledger = saved(ledger);
        }

        // Then
        long stable = blocks.stream().mapToLong(block -> block.stable().total()).sum();
        long candidate =
                blocks.stream().mapToLong(block -> block.candidate().total()).sum();
        assertThat(stable).isEqualTo(counted(Slot.A) - 909 - 4);
        assertThat(candidate).isEqualTo(counted(Slot.B) - 105 - 1);
    }

    @Test
    void aCrashReadsTheGapAsOneBlock() throws UnreadableState {
        // Given
        log = new ProbeLog(Instant.MIN, START, List.of());
        count("p1", 900, 9, 100, 5);
        read(0);
        Ledger snapshot = saved(ledger);
        count("p1", 80, 0, 9, 0);
        read(2);
        count("p1", 80, 0, 9, 0);
        ledger = snapshot;
        blocks.clear();

        // When
        read(40);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(0), at(40), new Tally(160, 0), new Tally(18, 0)));
    }

    private Ledger saved(Ledger state) throws UnreadableState {
        StateWriter out = new StateWriter("v1");
        state.write(out);
        return Ledger.read(new StateReader(out.finish(), "v1"), state.cohort(), Slot.A);
    }

    private long counted(Slot slot) {
        return counters.entrySet().stream()
                .filter(counter -> counter.getKey().slot() == slot)
                .mapToLong(Map.Entry::getValue)
                .sum();
    }
}
