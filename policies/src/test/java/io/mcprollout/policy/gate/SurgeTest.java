package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SurgeTest {
    private static final Instant START = World.START;
    private static final Duration BLIP = Duration.ofSeconds(8);

    @Test
    void theSteepestRiseIsThatOfOneStretch() {
        // Given
        Surge surge = Surge.start(START);

        // When
        for (int second = 1; second <= 40; second++) {
            surge = surge.with(START.plusSeconds(second), second * .5, BLIP);
        }

        // Then
        assertThat(surge.spared(20)).isBetween(15.5, 16.0);
        assertThat(surge.recent()).hasSizeLessThanOrEqualTo(8);
    }

    @Test
    void aRiseIsRememberedWhileEvidenceStaysAboveItsLowest() {
        // Given
        Surge surge = Surge.start(START).with(START, -1, BLIP).with(START.plusSeconds(1), 5, BLIP);

        // When
        Surge later = surge.with(START.plusSeconds(100), 4, BLIP).with(START.plusSeconds(200), 4.5, BLIP);

        // Then
        assertThat(later.spared(4.5)).isCloseTo(-1.5, within(1e-9));
        assertThat(later.lowest()).isEqualTo(-1_000_000);
    }

    @Test
    void belowItsLowestEverythingIsForgotten() {
        // Given
        Surge surge = Surge.start(START).with(START, -1, BLIP).with(START.plusSeconds(1), 5, BLIP);

        // When
        Surge forgotten = surge.with(START.plusSeconds(100), -1.5, BLIP);

        // Then
        assertThat(forgotten.spared(-1.5)).isEqualTo(-1.5);
        assertThat(forgotten.recent()).hasSize(1);
        assertThat(forgotten.with(START.plusSeconds(101), 1, BLIP).spared(1)).isCloseTo(-1.5, within(1e-9));
    }

    @Test
    void manyLooksWithinAStretchKeepFewPointsAndTheLeastOfThem() {
        // Given
        Surge surge = Surge.start(START).with(START.plusSeconds(1), 3, BLIP);

        // When
        for (int i = 0; i < 300; i++) {
            surge = surge.with(START.plusMillis(1010 + 10 * i), i == 150 ? 1 : 3, BLIP);
        }
        surge = surge.with(START.plusSeconds(10), 6, BLIP);

        // Then
        assertThat(surge.recent()).hasSizeLessThanOrEqualTo(8);
        assertThat(surge.spared(6)).isCloseTo(1, within(1e-9));
    }
}
