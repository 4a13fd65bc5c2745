package io.mcprollout.policy.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeLogTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void keepsTheLatestFormOfARequest() {
        // Given
        ProbeRequest flying = new ProbeRequest(1, Slot.A, false, START, null);
        ProbeRequest landed = new ProbeRequest(1, Slot.A, true, START, START.plusSeconds(2));
        ProbeLog log = ProbeLog.startingAt(START).plus(List.of(flying), START, START.plusSeconds(1));

        // When
        ProbeLog next = log.plus(List.of(landed), START.plusSeconds(1), START.plusSeconds(3));

        // Then
        assertThat(next).isEqualTo(new ProbeLog(START, START.plusSeconds(3), List.of(landed)));
    }

    @Test
    void whatIsNotMentionedAgainStays() {
        // Given
        ProbeLog log = ProbeLog.startingAt(START).plus(List.of(request(1, 1)), START, START.plusSeconds(2));

        // When
        ProbeLog next = log.plus(List.of(request(2, 3)), START.plusSeconds(2), START.plusSeconds(4));

        // Then
        assertThat(next).isEqualTo(new ProbeLog(START, START.plusSeconds(4), List.of(request(1, 1), request(2, 3))));
    }

    @Test
    void aHoleForgetsWhatWasBefore() {
        // Given
        ProbeLog log = ProbeLog.startingAt(START).plus(List.of(request(1, 1)), START, START.plusSeconds(2));

        // When
        ProbeLog next = log.plus(List.of(request(2, 8)), START.plusSeconds(7), START.plusSeconds(9));

        // Then
        assertThat(next).isEqualTo(new ProbeLog(START.plusSeconds(7), START.plusSeconds(9), List.of(request(2, 8))));
    }

    @ParameterizedTest
    @CsvSource({"-100, 100", "0, 100", "200, 200", "940, 940", "990, 940", "1000000000, 940"})
    void forgetsWhatNobodyNeedsButForTheLastMinuteAndWhatIsOlderThan15(long needed, long since) {
        // Given
        ProbeLog log = new ProbeLog(START, START.plusSeconds(1000), List.of());

        // When
        ProbeLog shorter = log.from(START.plusSeconds(needed));

        // Then
        assertThat(shorter.since()).isEqualTo(START.plusSeconds(since));
    }

    @Test
    void dropsWhatFinishedBeforeAndKeepsWhatIsInFlight() {
        // Given
        ProbeRequest flying = new ProbeRequest(3, Slot.B, false, START, null);
        ProbeLog log = new ProbeLog(START, START.plusSeconds(200), List.of(request(1, 99), request(2, 100), flying));

        // When
        ProbeLog shorter = log.from(START.plusSeconds(100));

        // Then
        assertThat(shorter.requests()).containsExactly(request(2, 100), flying);
    }

    @Test
    void aLogThatIsNotLongerStaysAsItIs() {
        // Given
        ProbeLog log = new ProbeLog(START, START.plusSeconds(200), List.of(request(1, 99)));

        // When
        ProbeLog same = log.from(START);

        // Then
        assertThat(same).isSameAs(log);
    }

    private static ProbeRequest request(long id, int finished) {
        return new ProbeRequest(id, Slot.A, false, START.plusSeconds(finished - 1), START.plusSeconds(finished));
    }
}
