package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which readings the ledger refuses, and what it says then. */
class LedgerRefusalsTest extends CountedMesh {
    @ParameterizedTest
    @ValueSource(ints = {2, 1, 0, -5})
    void refusesAReadingThatIsNotLater(int second) {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 80, 0, 9, 0);
        read(2);
        count("p1", 80, 0, 9, 0);

        // When
        read(second);

        // Then
        assertThat(blocks).hasSize(1);
        assertThat(ledger.trouble(GATEWAY)).contains("refused", "not after", GATEWAY);
    }

    @Test
    void aRefusedReadingLosesNothing() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 80, 0, 9, 0);
        read(-1);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(80, 0));
        assertThat(ledger.trouble(GATEWAY)).isEmpty();
    }

    @Test
    void refusesACounterBelowZero() {
        // Given
        read(0);
        counters.put(new Series("p1", Slot.B, true), -5L);

        // When
        read(2);

        // Then
        assertThat(blocks).isEmpty();
        assertThat(ledger.trouble(GATEWAY)).contains("gateway", "-5", "never negative");
    }

    @ParameterizedTest
    @CsvSource({"1900-01-01T00:00:00Z", "+20000-01-01T00:00:00Z"})
    void refusesATimeThatNoClockShows(String time) {
        // Given
        Counters reading = new Counters(GATEWAY, Instant.parse(time), SKEW, counters);

        // When
        Ledger.Taken taken = ledger.take(reading, log, CountedMesh::harm);

        // Then
        assertThat(taken.next().trouble(GATEWAY)).contains("no clock shows");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT-1S", "PT2H"})
    void refusesASkewThatCannotBe(String skew) {
        // Given
        Counters reading = new Counters(GATEWAY, START, Duration.parse(skew), counters);

        // When
        Ledger.Taken taken = ledger.take(reading, log, CountedMesh::harm);

        // Then
        assertThat(taken.next().trouble(GATEWAY)).contains("skew");
    }

    @Test
    void aCounterThatLeapsIsABaselineOnly() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 2_000_000_000L, 0, 9, 0);
        read(2);
        count("p1", 80, 0, 9, 0);

        // When
        read(4);

        // Then
        assertThat(blocks).containsExactly(new MeshBlock(GATEWAY, at(2), at(4), new Tally(80, 0), new Tally(9, 0)));
    }

    @Test
    void saysThatACounterLeapt() {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", 1_000_000_001L, 0, 9, 0);

        // When
        read(2);

        // Then
        assertThat(ledger.trouble(GATEWAY)).contains("gateway", "billion");
    }

    @ParameterizedTest
    @ValueSource(longs = {10_000_000, 1_000_000_000})
    void upToABillionRequestsInOneReadingCount(long requests) {
        // Given
        count("p1", 900, 9, 100, 5);
        read(0);
        count("p1", requests, 0, 10, 0);

        // When
        read(2);

        // Then
        assertThat(blocks.getLast().stable()).isEqualTo(new Tally(requests, 0));
    }

    @Test
    void notesWhyASourceCouldNotBeRead() {
        // Given
        Reading.Unreadable unreadable = new Reading.Unreadable(GATEWAY, START, "no answer within 2 s");

        // When
        Ledger next = ledger.note(unreadable);

        // Then
        assertThat(next.trouble(GATEWAY)).isEqualTo("no answer within 2 s");
    }

    @Test
    void troubleIsCutToALine() {
        // Given
        Reading.Unreadable unreadable = new Reading.Unreadable(GATEWAY, START, "x".repeat(161));

        // When
        Ledger next = ledger.note(unreadable);

        // Then
        assertThat(next.trouble(GATEWAY)).isEqualTo("x".repeat(159) + "…");
        assertThat(ledger.note(new Reading.Unreadable(GATEWAY, START, "x".repeat(160)))
                        .trouble(GATEWAY))
                .isEqualTo("x".repeat(160));
    }
}
