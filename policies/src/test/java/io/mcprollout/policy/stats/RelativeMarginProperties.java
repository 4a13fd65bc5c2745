package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Tally;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;

/** Evidence is fair under whatever margin stable's past gives. */
class RelativeMarginProperties {
    @Property(tries = 300)
    void expectsNoMoreEvidenceAfterABlockThanBeforeWhenTheCandidateIsWithinTheMargin(
            @ForAll @IntRange(min = 1, max = 30) int ns,
            @ForAll @IntRange(min = 1, max = 15) int nc,
            @ForAll @LongRange(min = 1000, max = 1_000_000) long past,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = .02) double pastRate,
            @ForAll @Scale(6) @DoubleRange(min = .01, max = 3) double relative,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double level,
            @ForAll @Scale(6) @DoubleRange(min = 0, max = 1) double depth) {
        // Given
        long bad = Math.round(pastRate * past);
        HarmProcess before = HarmProcess.start(HarmProcess.Settings.mesh(.005, relative, 1, Duration.ZERO))
                .with(new Tally(200, 1), new Tally(20, 1), Duration.ofSeconds(2), true)
                .knowing(new Tally(past - bad, bad));
        double a = level * (1 - before.margin());
        double c = (a + before.margin()) * depth;

        // When
        double expected = 0;
        for (int ks = 0; ks <= ns; ks++) {
            for (int kc = 0; kc <= nc; kc++) {
                HarmProcess after =
                        before.with(new Tally(ns - ks, ks), new Tally(nc - kc, kc), Duration.ofSeconds(2), true);
                expected += Binomials.probability(ns, ks, a)
                        * Binomials.probability(nc, kc, c)
                        * Math.exp(after.logE() - before.logE());
            }
        }

        // Then
        assertThat(before.margin()).isBetween(.0005, .005);
        assertThat(expected).isLessThanOrEqualTo(1 + 1e-9);
    }
}
