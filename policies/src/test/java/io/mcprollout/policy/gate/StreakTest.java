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
    void aPairThatLowersTheEvidenceEndsIt() {
        // Given
        Streak streak = Streak.NONE;
        for (int second = 0; second <= 8; second++) {
            streak = streak.pair(.1, START.plusSeconds(second));
        }

        // When
        Streak ended = streak.pair(-.01, START.plusSeconds(9));

        // Then
        assertThat(streak.length()).isEqualTo(Duration.ofSeconds(8));
        assertThat(ended).isEqualTo(Streak.NONE);
    }

    @Test
    void oneBlockInFiveMayLowerIt() {
        // Given
        Streak three = raised(raised(raised(Streak.NONE, 0, 2), 2, 4), 4, 6);
        Streak four = raised(three, 6, 8);

        // When
        Streak lowered = lowered(four, 8, 10);
        Streak seven = raised(raised(raised(lowered, 10, 12), 12, 14), 14, 16);
        Streak eight = raised(seven, 16, 18);

        // Then
        assertThat(lowered(three, 6, 8)).isEqualTo(Streak.NONE);
        assertThat(lowered.length()).isEqualTo(four.length()).isEqualTo(Duration.ofSeconds(4));
        assertThat(lowered(lowered, 10, 12)).isEqualTo(Streak.NONE);
        assertThat(lowered(seven, 16, 18)).isEqualTo(Streak.NONE);
        assertThat(lowered(eight, 18, 20).length()).isEqualTo(Duration.ofSeconds(14));
    }

    @Test
    void anObservationThatSaysNothingChangesNothing() {
        // Given
        Streak streak = raised(raised(Streak.NONE, 0, 0), 3, 3);
        Instant later = START.plusSeconds(9);

        // When / Then
        assertThat(streak.block(0, later, later)).isEqualTo(streak);
        assertThat(streak.block(1e-12, later, later)).isEqualTo(streak);
        assertThat(streak.block(-1e-12, later, later)).isEqualTo(streak);
        assertThat(streak.pair(-1e-12, later)).isEqualTo(streak);
    }

    private static Streak raised(Streak streak, long from, long to) {
        return streak.block(.1, START.plusSeconds(from), START.plusSeconds(to));
    }

    private static Streak lowered(Streak streak, long from, long to) {
        return streak.block(-.1, START.plusSeconds(from), START.plusSeconds(to));
    }
}
