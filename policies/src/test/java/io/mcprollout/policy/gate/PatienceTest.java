package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PatienceTest {
    private static final Instant START = World.START;
    private static final Duration MOST = Duration.ofSeconds(6);
    private static final Duration BLIP = Duration.ofSeconds(8);

    @Test
    void aGapCountsAsMuchAsWasWatched() {
        // Given
        Patience patience = Patience.start(START);

        // When
        Patience near = patience.at(START.plusSeconds(5), MOST, BLIP, 0, false);
        Patience far = patience.at(START.plusSeconds(3600), MOST, BLIP, 0, false);

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
        Patience back = patience.at(START.minusSeconds(9), MOST, BLIP, 0, false);

        // Then
        assertThat(back).isEqualTo(patience);
    }

    @Test
    void evidenceEndsSilenceAtTheNextLook() {
        // Given
        Patience silent = Patience.start(START).at(START.plusSeconds(5), MOST, BLIP, 0, false);

        // When
        Patience heard = silent.withEvidence().at(START.plusSeconds(8), MOST, BLIP, 0, false);
        Patience again = heard.at(START.plusSeconds(9), MOST, BLIP, 0, false);

        // Then
        assertThat(heard.silence()).isZero();
        assertThat(again.silence()).isEqualTo(Duration.ofSeconds(1));
    }
}
