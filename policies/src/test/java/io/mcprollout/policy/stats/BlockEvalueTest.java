package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockEvalueTest {
    /* Here Newton's method alone leaves the interval in which the root lies. */
    @ParameterizedTest
    @CsvSource({
        "1,1,.999,.999,.1",
        "1e6,1,1e-9,.999,.005",
        "1e6,1,1e-12,.5,.1",
        "1,1e6,.5,.999999999,.005",
        "1,1e6,1e-6,.9,.1",
        "1e6,1,.9,1e-6,.1",
        "1e6,1,.999,.001,.0005",
    })
    void theProjectionIsWhereTheDivergenceIsLeastAlsoInTheCorners(
            double ns, double nc, double a1, double c1, double margin) {
        // Given
        double low = 0;
        double high = 1 - margin;
        for (int i = 0; i < 200; i++) {
            double middle = (low + high) / 2;
            if (slope(ns, nc, a1, c1, margin, middle) > 0) {
                high = middle;
            } else {
                low = middle;
            }
        }

        // When
        double projected = BlockEvalue.project(ns, nc, a1, c1, margin);

        // Then
        assertThat(projected).isCloseTo(low, within(1e-15 + 1e-9 * Math.min(low, 1 - margin - low)));
    }

    @ParameterizedTest
    @CsvSource({"90,10,.01,.05", "7,300,.3,.8", "3,11,.013,.97"})
    void withoutAMarginTheProjectionIsThePooledRate(double ns, double nc, double a1, double c1) {
        // When
        double projected = BlockEvalue.project(ns, nc, a1, c1, 0);

        // Then
        assertThat(projected).isEqualTo((ns * a1 + nc * c1) / (ns + nc));
    }

    @ParameterizedTest
    @CsvSource({"0,0,10,10", "90,1,0,0", "0,0,0,0"})
    void whereAnArmHasNoRequestNothingIsProjected(long stableOk, long stableBad, long candidateOk, long candidateBad) {
        // Given
        Tally stable = new Tally(stableOk, stableBad);
        Tally candidate = new Tally(candidateOk, candidateBad);

        // When
        BlockEvalue evalue = BlockEvalue.of(stable, candidate, .013, .57, .005);

        // Then
        assertThat(evalue).isEqualTo(new BlockEvalue(.013, 1, 0));
    }

    /* Derivative of the divergence. */
    private static double slope(double ns, double nc, double a1, double c1, double margin, double a) {
        double c = a + margin;
        return ns * (a - a1) / (a * (1 - a)) + nc * (c - c1) / (c * (1 - c));
    }
}
