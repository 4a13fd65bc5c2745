package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class StreakTest {
    private static final Instant START = World.START;

    @Test
    void lastsFromTheEndOfTheFirstObservationToTheBeginningOfTheLast() {
        // When
        Streak one = raised(Streak.NONE, 0, 2);
        Streak two = raised(one, 2, 4);
        Streak three = raised(two, 10, 12);

        // Then
        assertThat(Streak.NONE.length()).isZero();
        assertThat(one.length()).isZero();
        assertThat(two.length()).isZero();
        assertThat(three.length()).isEqualTo(Duration.ofSeconds(8));
    }

    @Test
    void anObservationThatLowersTheEvidenceEndsIt() {
        // Given
        Streak long8 = raised(raised(Streak.NONE, 0, 0), 8, 8);

        // When
        Streak ended = long8.with(-.01, START.plusSeconds(9), START.plusSeconds(9));

        // Then
        assertThat(long8.length()).isEqualTo(Duration.ofSeconds(8));
        assertThat(ended).isEqualTo(Streak.NONE);
    }

    @Test
    void anObservationThatSaysNothingChangesNothing() {
        // Given
        Streak streak = raised(raised(Streak.NONE, 0, 0), 3, 3);

        // When / Then
        assertThat(streak.with(0, START.plusSeconds(9), START.plusSeconds(9))).isEqualTo(streak);
        assertThat(streak.with(1e-12, START.plusSeconds(9), START.plusSeconds(9)))
                .isEqualTo(streak);
        assertThat(streak.with(-1e-12, START.plusSeconds(9), START.plusSeconds(9)))
                .isEqualTo(streak);
    }

    private static Streak raised(Streak streak, long from, long to) {
        return streak.with(.1, START.plusSeconds(from), START.plusSeconds(to));
    }
}
