package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;

/** Ties the bound of the benchmark's tables out against commons-statistics: one side at 5 % is one end of two sides at 10 %. */
class SummaryTieOutTest {
    @Property(tries = 300)
    void theBoundIsTheLibrarys(
            @ForAll @IntRange(min = 1, max = 40_000) int trials, @ForAll @IntRange(max = 400) int happened) {
        // Given
        int times = Math.min(happened, trials);
        double expected = BinomialConfidenceInterval.CLOPPER_PEARSON
                .fromErrorRate(trials, times, .1)
                .getUpperBound();

        // When
        double bound = Summary.upper95(times, trials);

        // Then
        assertThat(bound).isCloseTo(expected, within(1e-10));
    }
}
