package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {
    private static final Duration WINDOW = Duration.ofSeconds(30);

    @Test
    void countsLessTheOlderItIs() {
        // Given
        Health health = new Health(4, 8);

        // When
        Health later = health.with(1, 2, Duration.ofMillis(7500), WINDOW);

        // Then
        assertThat(later.bad()).isCloseTo(4 * Math.exp(-.25) + 1, within(1e-12));
        assertThat(later.total()).isCloseTo(8 * Math.exp(-.25) + 2, within(1e-12));
    }

    @Test
    void withoutAWindowOnlyTheLatestCounts() {
        // Given
        Health health = new Health(4, 8);

        // When
        Health later = health.with(1, 2, Duration.ofSeconds(1), Duration.ZERO);

        // Then
        assertThat(later).isEqualTo(new Health(1, 2));
    }

    @Test
    void timeThatGoesBackFadesNothing() {
        // Given
        Health health = new Health(4, 8);

        // When
        Health later = health.with(1, 2, Duration.ofSeconds(-9), WINDOW);

        // Then
        assertThat(later).isEqualTo(new Health(5, 10));
    }

    @ParameterizedTest
    @CsvSource({"3,5,true", "2.5,5,false", "3,4.9,false", "5,5,true", "0,9,false"})
    void isBadWhenMoreThanHalfOfEnoughFailed(double bad, double total, boolean expected) {
        // Given
        Health health = new Health(bad, total);

        // When
        boolean isBad = health.isBad(5);

        // Then
        assertThat(isBad).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "1,3,33", "2,3,67", "3,3,100"})
    void tellsItsShareInPercent(double bad, double total, long expected) {
        // Given
        Health health = new Health(bad, total);

        // When
        long percent = health.percent();

        // Then
        assertThat(percent).isEqualTo(expected);
    }
}
