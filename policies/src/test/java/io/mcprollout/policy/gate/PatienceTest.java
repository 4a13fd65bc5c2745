package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Instant START = World.START;
    private static final Duration MOST = Duration.ofSeconds(6);
    private static final double SUSPICIOUS = Math.log(2);

    @Test
    void aGapCountsAsMuchAsWasWatched() {
        // Given
        Patience patience = Patience.start(START);

        // When
        Patience near = patience.at(START.plusSeconds(5), MOST, 0, false);
        Patience far = patience.at(START.plusSeconds(3600), MOST, 0, false);

        // Then
        assertThat(near.silence()).isEqualTo(Duration.ofSeconds(5));
        assertThat(far.silence()).isEqualTo(MOST);
        assertThat(far.last()).isEqualTo(START.plusSeconds(3600));
    }

    @Test
    void timeDoesNotGoBack() {
        // Given
        Patience patience = Patience.start(START);

        // When
        Patience back = patience.at(START.minusSeconds(9), MOST, 0, false);

        // Then
        assertThat(back).isEqualTo(patience);
    }

    @Test
    void evidenceEndsSilenceAtTheNextLook() {
        // Given
        Patience silent = Patience.start(START).at(START.plusSeconds(5), MOST, 0, false);

        // When
        Patience heard = silent.withEvidence().at(START.plusSeconds(8), MOST, 0, false);
        Patience again = heard.at(START.plusSeconds(9), MOST, 0, false);

        // Then
        assertThat(heard.silence()).isZero();
        assertThat(again.silence()).isEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void suspicionLastsWhileEvidenceIsTwoAtBothEnds() {
        // Given
        Patience first = Patience.start(START).at(START.plusSeconds(1), MOST, SUSPICIOUS, false);

        // When
        Patience second = first.at(START.plusSeconds(3), MOST, SUSPICIOUS, false);
        Patience third = second.at(START.plusSeconds(4), MOST, SUSPICIOUS - .01, false);
        Patience fourth = third.at(START.plusSeconds(5), MOST, 5, false);

        // Then
        assertThat(first.suspected()).isZero();
        assertThat(second.suspected()).isEqualTo(Duration.ofSeconds(2));
        assertThat(third.suspected()).isZero();
        assertThat(fourth.suspected()).isZero();
    }

    @Test
    void remembersWhetherEvidenceRoseWhenItLastChanged() {
        // Given
        Patience patience = Patience.start(START);

        // When
        Patience rose = patience.at(START.plusSeconds(1), MOST, 1, false);
        Patience same = rose.at(START.plusSeconds(2), MOST, 1, false);
        Patience fell = same.at(START.plusSeconds(3), MOST, .5, true);
        Patience stayed = fell.at(START.plusSeconds(4), MOST, .5, true);

        // Then
        assertThat(rose.rose()).isTrue();
        assertThat(same.rose()).isTrue();
        assertThat(fell.rose()).isFalse();
        assertThat(fell.sick()).isTrue();
        assertThat(stayed.rose()).isFalse();
    }
}
