package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.apache.commons.statistics.interval.BinomialConfidenceInterval;
import org.apache.commons.statistics.interval.Interval;

/**
 * Ties the intervals that people are shown out against commons-statistics over random tables. It has Wilson's interval; Newcombe's it has
 * not, so that is put together here from the library's two, in another form than the product's, and by the values of {@link DifferenceTest}.
 */
class DifferenceTieOutTest {
    private static final double ERROR = .05;

    @Property
    void wilsonsIntervalIsTheLibrarys(
            @ForAll @IntRange(min = 1, max = 10_000_000) int requests,
            @ForAll @Scale(9) @DoubleRange(min = 0, max = 1) double share) {
        // Given
        int failed = (int) Math.round(share * requests);
        Interval expected = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(requests, failed, ERROR);

        // When
        Difference.Proportion proportion = Difference.Proportion.of(new Tally(requests - failed, failed));

        // Then
        assertThat(proportion.low()).isCloseTo(expected.getLowerBound(), within(1e-12));
        assertThat(proportion.high()).isCloseTo(expected.getUpperBound(), within(1e-12));
    }

    @Property
    void newcombesIntervalIsMadeOfTheLibrarysTwo(
            @ForAll @IntRange(min = 1, max = 1_000_000) int stableRequests,
            @ForAll @IntRange(min = 1, max = 1_000_000) int candidateRequests,
            @ForAll @Scale(9) @DoubleRange(min = 0, max = 1) double stableShare,
            @ForAll @Scale(9) @DoubleRange(min = 0, max = 1) double candidateShare) {
        // Given
        int ks = (int) Math.round(stableShare * stableRequests);
        int kc = (int) Math.round(candidateShare * candidateRequests);
        Interval stable = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(stableRequests, ks, ERROR);
        Interval candidate = BinomialConfidenceInterval.WILSON_SCORE.fromErrorRate(candidateRequests, kc, ERROR);
        double s = (double) ks / stableRequests;
        double c = (double) kc / candidateRequests;

        // When
        Difference difference =
                Difference.of(new Tally(stableRequests - ks, ks), new Tally(candidateRequests - kc, kc));

        // Then
        assertThat(difference.estimate()).isCloseTo(c - s, within(1e-15));
        assertThat(square(difference.estimate() - difference.low()))
                .isCloseTo(square(c - candidate.getLowerBound()) + square(stable.getUpperBound() - s), within(1e-12));
        assertThat(square(difference.high() - difference.estimate()))
                .isCloseTo(square(candidate.getUpperBound() - c) + square(s - stable.getLowerBound()), within(1e-12));
    }

    private static double square(double x) {
        return x * x;
    }
}
