package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which probe pairs the ledger takes. */
class LedgerPairsTest extends CountedMesh {
    @Test
    void takesAPairOnce() {
        // Given
        ledger = ledger.take(pair(7, 10)).orElseThrow();

        // When
        Optional<Ledger> again = ledger.take(pair(7, 10));
        Optional<Ledger> sameNumberLater = ledger.take(pair(7, 11));
        Optional<Ledger> earlier = ledger.take(pair(8, 9));
        Optional<Ledger> sameTime = ledger.take(pair(8, 10));

        // Then
        assertThat(List.of(again, sameNumberLater, earlier, sameTime)).allMatch(Optional::isEmpty);
        assertThat(ledger.lastPair("outside")).contains(at(10));
    }

    @Test
    void takesTheNextPairAlsoOfAProberThatCountsAnew() {
        // Given
        ledger = ledger.take(pair(700, 10)).orElseThrow();

        // When
        Optional<Ledger> next = ledger.take(pair(1, 11));

        // Then
        assertThat(next).isPresent();
    }

    private static ProbePair pair(long sequence, int second) {
        Arm arm = new Arm(new Outcome.Ok(), Duration.ofMillis(20), "2025-11-25", false, "");
        return new ProbePair("outside", sequence, at(second), arm, arm);
    }
}
