package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Mesh.START;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Several streams in one ledger, some of which never answered. */
class SeveralSourcesTest {
    private final Mesh mesh = new Mesh().users(0, 0, 0, 0);

    private void isDown(String stream) {
        mesh.ledger = mesh.ledger.note(new Reading.Unreadable(stream, START, "no answer within 2 s"));
    }

    @Test
    void theLogIsNeededSinceTheOldestOfTheLastReadings() {
        // Given
        isDown("another");
        mesh.read("east", 0);

        // When
        mesh.read("west", 2);

        // Then
        assertThat(mesh.ledger.probesNeededSince()).isEqualTo(START.minusMillis(100));
    }

    @Test
    void withoutAReadingNobodyNeedsTheLog() {
        // Given
        isDown("east");

        // When
        Instant needed = mesh.ledger.probesNeededSince();

        // Then
        assertThat(needed).isEqualTo(Instant.MAX);
    }

    @Test
    void aSourceThatNeverAnsweredIsRememberedWithItsTrouble() throws UnreadableState {
        // Given
        isDown("east");

        // When
        mesh.restart();

        // Then
        assertThat(mesh.ledger.trouble("east")).isEqualTo("no answer within 2 s");
        assertThat(mesh.ledger.probesNeededSince()).isEqualTo(Instant.MAX);
    }

    @Test
    void anotherCohortBeginsWithoutTheTrouble() {
        // Given
        isDown("east");

        // When
        Ledger next = mesh.ledger.forCohort(new Cohort(new Revision("1-new"), new Revision("1-newer")), Slot.A);

        // Then
        assertThat(next.trouble("east")).isEmpty();
    }

    @Test
    void aPairIsTakenOnceAcrossARestart() throws UnreadableState {
        // Given
        Arm arm = new Arm(new Outcome.Ok(), Duration.ofMillis(20), "2025-11-25", false, "");
        ProbePair pair = new ProbePair("outside", 7, START, arm, arm);
        mesh.ledger = mesh.ledger.take(pair).orElseThrow();

        // When
        mesh.restart();

        // Then
        assertThat(mesh.ledger.take(pair)).isEmpty();
        assertThat(mesh.ledger.lastPair("outside")).contains(START);
    }
}
