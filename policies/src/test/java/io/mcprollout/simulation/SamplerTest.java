package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Samplers by their moments, with fixed seeds; bounds are five standard errors. */
class SamplerTest {
    private static final int DRAWS = 200_000;

    @ParameterizedTest
    @ValueSource(doubles = {.02, 1, 9.9, 10, 30, 1000, 250_000})
    void poissonHasItsMeanAsMeanAndVariance(double mean) {
        // Given
        Sampler sampler = new Sampler(1);

        // When
        double[] draws = LongStream.generate(() -> sampler.poisson(mean))
                .limit(DRAWS)
                .asDoubleStream()
                .toArray();

        // Then
        assertThat(mean(draws)).isCloseTo(mean, within(5 * Math.sqrt(mean / DRAWS)));
        assertThat(variance(draws)).isCloseTo(mean, within(5 * Math.sqrt((mean + 2 * mean * mean) / DRAWS)));
    }

    @Test
    void poissonAboveTheSwitchHasTheRightFrequencies() {
        // Given
        Sampler sampler = new Sampler(2);
        double mean = 12;

        // When
        long[] seen = new long[60];
        for (int i = 0; i < DRAWS; i++) {
            seen[(int) Math.min(59, sampler.poisson(mean))]++;
        }

        // Then
        for (int k = 2; k < 30; k++) {
            double expected = DRAWS * Math.exp(k * Math.log(mean) - mean - Sampler.logFactorial(k));
            assertThat((double) seen[k]).as("count " + k).isCloseTo(expected, within(5 * Math.sqrt(expected) + 3));
        }
    }

    @Test
    void clustersKeepTheMeanAndRaiseTheVarianceByTwiceTheSizeLessOne() {
        // Given
        Sampler sampler = new Sampler(3);

        // When
        double[] draws = LongStream.generate(() -> sampler.clustered(2, 5))
                .limit(DRAWS)
                .asDoubleStream()
                .toArray();

        // Then
        assertThat(mean(draws)).isCloseTo(2, within(.05));
        assertThat(variance(draws) / mean(draws)).isCloseTo(9, within(.4));
    }

    @Test
    void nothingIsDrawnOfNothing() {
        // Given
        Sampler sampler = new Sampler(4);

        // When
        long drawn = sampler.poisson(0) + sampler.clustered(0, 5);

        // Then
        assertThat(drawn).isZero();
    }

    @Test
    void logarithmsOfFactorialsAreExactWhereTheSeriesTakesOver() {
        // Given
        double before = Sampler.logFactorial(63);

        // When
        double after = Sampler.logFactorial(64);

        // Then
        assertThat(after - before).isCloseTo(Math.log(64), within(1e-11));
    }

    @Test
    void neighbouringSeedsAreDifferentStreams() {
        // Given
        Sampler one = new Sampler(0x1234_5678L);
        Sampler next = new Sampler(0x1234_5678L + 0x9E37_79B9_7F4A_7C15L);

        // When
        one.uniform();
        double second = one.uniform();

        // Then
        assertThat(next.uniform()).isNotEqualTo(second);
    }

    private static double mean(double[] draws) {
        return Arrays.stream(draws).average().orElseThrow();
    }

    private static double variance(double[] draws) {
        double mean = mean(draws);
        return Arrays.stream(draws)
                .map(draw -> (draw - mean) * (draw - mean))
                .average()
                .orElseThrow();
    }
}
