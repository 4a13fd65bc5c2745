package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.simulation.Result.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Quantiles and bounds by hand and by published tables. */
class SummaryTest {
    @ParameterizedTest
    @CsvSource({"0, 100, .029513", "0, 20000, .000149775", "1, 10, .394163", "5, 100, .102253", "10, 10, 1"})
    void theBoundIsThatOfClopperAndPearson(int happened, int trials, double expected) {
        // Given
        double tolerance = 2e-6;

        // When
        double bound = Summary.upper95(happened, trials);

        // Then
        assertThat(bound).isCloseTo(expected, within(tolerance));
    }

    @Test
    void whatDidNotHappenIsInfinitelyLate() {
        // Given
        List<Result> results = List.of(
                new Result(Outcome.ROLLED_BACK, 50, 20, 7, 100, 10),
                new Result(Outcome.ROLLED_BACK, 30, Double.NaN, 1, 200, 10),
                new Result(Outcome.PROMOTED, 60, Double.NaN, 4, 0, 100),
                new Result(Outcome.UNDECIDED, 3600, Double.NaN, 0, 0, 10));

        // When
        Summary summary = Summary.of(results);

        // Then
        assertThat(summary)
                .isEqualTo(new Summary(4, 2, 1, 30, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 3, 200));
        assertThat(summary.rollbackShare()).isEqualTo(.5);
        assertThat(summary.promotedShare()).isEqualTo(.25);
    }
}
