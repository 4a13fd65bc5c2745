package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.mcprollout.policy.evidence.Tally;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

/** What holds for every block, prediction and margin. */
class BlockEvalueProperties {
    @Property
    void expectsAtMostOneWhenTheCandidateIsAtMostTheMarginWorse(
            @ForAll @IntRange(min = 1, max = 30) int ns,
            @ForAll @IntRange(min = 1, max = 15) int nc,
            @ForAll @Scale(6) @DoubleRange(min = 1e-4, max = .6) double a1,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = .2) double margin,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double effect,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double level,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double depth) {
        // Given
        double c1 = between(a1 + margin + 1e-6, .995, effect);
        double a = level * (1 - margin);
        double c = (a + margin) * depth;

        // When
        double expectation = new Binomials(ns, nc, a1, c1, margin).expectation(a, c);

        // Then
        assertThat(expectation).isLessThanOrEqualTo(1 + 1e-9);
    }

    @Property
    void expectsAtMostOneWhenTheCandidateIsAtLeastTheMarginWorse(
            @ForAll @IntRange(min = 1, max = 30) int ns,
            @ForAll @IntRange(min = 1, max = 15) int nc,
            @ForAll @Scale(6) @DoubleRange(min = 1e-3, max = .6) double a1,
            @ForAll @Scale(6) @DoubleRange(min = .005, max = .3) double margin,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double effect,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double level,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double depth) {
        // Given
        double c1 = between(1e-4, a1 + margin - 1e-6, effect);
        double a = level * (1 - margin);
        double c = between(a + margin, 1, depth);

        // When
        double expectation = new Binomials(ns, nc, a1, c1, margin).expectation(a, c);

        // Then
        assertThat(expectation).isLessThanOrEqualTo(1 + 1e-9);
    }

    @Property
    void risesWithEachFailureOfTheCandidate(
            @ForAll @IntRange(min = 1, max = 1000) int ns,
            @ForAll @IntRange(min = 2, max = 1000) int nc,
            @ForAll @Scale(6) @DoubleRange(min = 1e-4, max = .6) double a1,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = .2) double margin,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double effect,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double share) {
        // Given
        double c1 = between(a1 + margin + 1e-6, .995, effect);
        long failed = (long) (share * (nc - 1));
        Tally stable = new Tally(ns, 0);

        // When
        double fewer = BlockEvalue.of(stable, new Tally(nc - failed, failed), a1, c1, margin)
                .lnE();
        double more = BlockEvalue.of(stable, new Tally(nc - failed - 1, failed + 1), a1, c1, margin)
                .lnE();

        // Then
        assertThat(more).isGreaterThan(fewer);
    }

    @Property
    void isANumberForEveryCount(
            @ForAll @LongRange(min = 0, max = 10_000_000) long stableOk,
            @ForAll @LongRange(min = 0, max = 10_000_000) long stableBad,
            @ForAll @LongRange(min = 0, max = 10_000_000) long candidateOk,
            @ForAll @LongRange(min = 0, max = 10_000_000) long candidateBad,
            @ForAll @Scale(6) @DoubleRange(min = 1e-4, max = .6) double a1,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = .5) double margin,
            @ForAll @Scale(6) @DoubleRange(min = 1e-4, max = .99) double c1) {
        // Given
        Tally stable = new Tally(stableOk, stableBad);
        Tally candidate = new Tally(candidateOk, candidateBad);

        // When
        double lnE = BlockEvalue.of(stable, candidate, a1, c1, margin).lnE();

        // Then
        assertThat(lnE).isFinite();
    }

    @Property
    void isTheLikelihoodRatioOfFewRequestsAndOfMany(
            @ForAll @LongRange(min = 0, max = 200) long stableOk,
            @ForAll @LongRange(min = 0, max = 80) long stableBad,
            @ForAll @LongRange(min = 0, max = 200) long candidateOk,
            @ForAll @LongRange(min = 0, max = 80) long candidateBad,
            @ForAll @Scale(6) @DoubleRange(min = 1e-4, max = .6) double a1,
            @ForAll @Scale(6) @DoubleRange(min = 1e-4, max = .99) double c1) {
        // Given
        Assume.that(stableOk + stableBad > 0 && candidateOk + candidateBad > 0);
        BlockEvalue evalue =
                BlockEvalue.of(new Tally(stableOk, stableBad), new Tally(candidateOk, candidateBad), a1, c1, .005);
        double a0 = evalue.projected();
        double c0 = a0 + .005;

        // When
        double lnE = evalue.lnE();

        // Then
        double ratio = stableBad * Math.log(a1 / a0)
                + stableOk * Math.log((1 - a1) / (1 - a0))
                + candidateBad * Math.log(c1 / c0)
                + candidateOk * Math.log((1 - c1) / (1 - c0));
        assertThat(lnE).isCloseTo(ratio, within(1e-11 * (1 + Math.abs(ratio))));
        assertThat(evalue.tempered(1)).isCloseTo(Math.exp(ratio), withinPercentage(1e-8));
        assertThat(evalue.tempered(2)).isCloseTo(Math.exp(ratio / 2), withinPercentage(1e-8));
    }

    private static double between(double low, double high, double share) {
        return low + Math.max(0, high - low) * share;
    }
}
