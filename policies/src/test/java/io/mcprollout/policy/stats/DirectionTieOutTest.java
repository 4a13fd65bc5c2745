package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import java.util.SplittableRandom;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.FisherExactTest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ties the direction of evidence out against Fisher's exact test of commons-statistics, which sees the same table and asks the same
 * question without a margin, once and not at any time.
 */
class DirectionTieOutTest {
    private static final FisherExactTest CANDIDATE_IS_WORSE =
            FisherExactTest.withDefaults().with(AlternativeHypothesis.GREATER_THAN);

    @Property
    void ofTwoTablesWithAsManyFailuresTheOneThatFisherFindsLessLikelyIsMoreEvidence(
            @ForAll @IntRange(min = 1, max = 2000) int ns,
            @ForAll @IntRange(min = 1, max = 2000) int nc,
            @ForAll long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        int failures = random.nextInt(1, Math.min(200, ns + nc));
        int least = Math.max(0, failures - ns);
        int most = Math.min(nc, failures);
        int one = random.nextInt(least, most + 1);
        int other = random.nextInt(least, most + 1);
        double pOne = p(ns, failures - one, nc, one);
        double pOther = p(ns, failures - other, nc, other);
        Assume.that(Math.abs(pOne - pOther) > 1e-12);

        // When
        double difference = lnE(ns, failures - one, nc, one) - lnE(ns, failures - other, nc, other);

        // Then
        assertThat(Math.signum(difference)).isEqualTo(Math.signum(pOther - pOne));
    }

    @Property
    void whatIsEvidenceBeyondItsBoundIsUnlikelyByFisherToo(
            @ForAll @IntRange(min = 1, max = 2000) int ns,
            @ForAll @IntRange(min = 1, max = 2000) int nc,
            @ForAll long seed) {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        int ks = random.nextInt(0, ns / 4 + 1);
        int kc = random.nextInt(0, nc + 1);
        Assume.that(lnE(ns, ks, nc, kc) >= StrictMath.log(100));

        // When
        double p = p(ns, ks, nc, kc);

        // Then
        assertThat(p).isLessThan(.01);
    }

    @ParameterizedTest
    @CsvSource({"900, 9, 100, 6, .002044613983", "20, 0, 20, 3, .1153846154", "500, 5, 500, 5, .6236664501"})
    void theOracleSaysWhatScipySays(int ns, int ks, int nc, int kc, double expected) {
        // When
        double p = p(ns, ks, nc, kc);

        // Then
        assertThat(p).isCloseTo(expected, within(1e-9));
    }

    private static double p(int ns, int ks, int nc, int kc) {
        return CANDIDATE_IS_WORSE
                .test(new int[][] {{kc, nc - kc}, {ks, ns - ks}})
                .getPValue();
    }

    private static double lnE(int ns, int ks, int nc, int kc) {
        return BlockEvalue.of(new Tally(ns - ks, ks), new Tally(nc - kc, kc), .01, .09, 0)
                .lnE();
    }
}
