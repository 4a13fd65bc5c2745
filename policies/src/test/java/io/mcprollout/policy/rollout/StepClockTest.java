package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Looks are expected every five seconds. */
class StepClockTest {
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    @ParameterizedTest
    @CsvSource({"0, 0", "5, 5", "14, 14", "15, 15", "16, 15", "3600, 15", "-1, 0", "-60, 0"})
    void atMostThreeIntervalsCountBetweenTwoLooksAndNoneWhenTimeGoesBack(long passed, long counted) {
        // Given
        StepClock clock = StepClock.start(World.START);

        // When
        StepClock next = clock.tick(World.START.plusSeconds(passed), INTERVAL, true);

        // Then
        assertThat(next.held()).isEqualTo(Duration.ofSeconds(counted));
    }

    @Test
    void aClockThatWasSetBackCountsNothingTwice() {
        // Given
        StepClock clock = StepClock.start(World.START).tick(World.START.plusSeconds(5), INTERVAL, true);

        // When
        StepClock next = clock.tick(World.START, INTERVAL, true).tick(World.START.plusSeconds(8), INTERVAL, true);

        // Then
        assertThat(next.held()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void timeWithoutAnAnswerIsSilentAndNotHeld() {
        // Given
        StepClock clock = StepClock.start(World.START).tick(World.START.plusSeconds(5), INTERVAL, true);

        // When
        StepClock silent = clock.tick(World.START.plusSeconds(10), INTERVAL, false)
                .tick(World.START.plusSeconds(15), INTERVAL, false);
        StepClock answered = silent.tick(World.START.plusSeconds(20), INTERVAL, true);

        // Then
        assertThat(silent.held()).isEqualTo(Duration.ofSeconds(5));
        assertThat(silent.silent()).isEqualTo(Duration.ofSeconds(10));
        assertThat(answered.held()).isEqualTo(Duration.ofSeconds(10));
        assertThat(answered.silent()).isZero();
    }

    @Test
    void looksAreCountedUpTo1000() {
        // Given
        StepClock clock = StepClock.start(World.START);

        // When
        for (int i = 0; i < 1002; i++) {
            clock = clock.tick(World.START, INTERVAL, true);
        }

        // Then
        assertThat(StepClock.start(World.START)
                        .tick(World.START, INTERVAL, true)
                        .ticks())
                .isEqualTo(1);
        assertThat(clock.ticks()).isEqualTo(1000);
    }
}
