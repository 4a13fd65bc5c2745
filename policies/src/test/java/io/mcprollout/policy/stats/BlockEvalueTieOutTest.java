package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Ties the block e-value out against values that were computed with mpmath at 40 digits: ternary search for the minimum of the
 * Kullback-Leibler divergence, and ratios of binomial probabilities.
 */
class BlockEvalueTieOutTest {
    private static final Offset<Double> EXACT = within(1e-10);

    @ParameterizedTest
    @CsvSource({
        "1,0,1,1, .01,.99,0, 0.5, 1.366193689412888",
        "1,0,1,0, .01,.99,0, 0.5, -3.228926160721702",
        "1,1,1,1, .01,.99,0, 0.5, -3.228926160721702",
        "1,1,1,0, .01,.99,0, 0.5, -7.824046010856292",
        "1,0,1,1, .01,.96,.005, 0.4823567614259642, 1.326355526687520",
        "1,0,1,0, .01,.96,.005, 0.4823567614259642, -1.902282040975941",
        "90,1,10,2, .01,.05,.005, 0.01259059206930832, 1.823780454470165",
        "90,0,10,10, .001,.951,.005, 0.09152205104854934, 31.42600039362858",
        "900,9,100,6, .01,.05,.01, 0.01171280989671605, 2.366623928800669",
        "500,5,500,5, .01,.02,.005, 0.01207741311293625, -0.5880917656124338",
        "500,500,500,500, .01,.96,.005, 0.4823567614259642, -1599.081028142928",
        "1,0,1,0, .01,.01,.1, 0.004985451691614936, 0.09581255455419748",
        "1,0,1,1, .01,.01,.1, 0.004985451691614936, -2.356289107584378",
        "75,1,25,0, .01,.01,.08, 0.007569125117684111, 2.136843911423712",
        "300,3,300,4, .01,.02,.02, 0.007777539397665433, 1.132568016150022",
    })
    void equalsTheIndependentlyComputedValue(
            long ns, long ks, long nc, long kc, double a1, double c1, double margin, double a0, double lnE) {
        // Given
        Tally stable = new Tally(ns - ks, ks);
        Tally candidate = new Tally(nc - kc, kc);

        // When
        BlockEvalue evalue = BlockEvalue.of(stable, candidate, a1, c1, margin);

        // Then
        assertThat(evalue.projected()).isCloseTo(a0, EXACT);
        assertThat(evalue.lnE()).isCloseTo(lnE, within(1e-10 * Math.max(1, Math.abs(lnE))));
    }

    @ParameterizedTest
    @CsvSource({"0,0,10,10", "90,1,0,0", "0,0,0,0"})
    void saysNothingWhenAnArmHasNoRequest(long ns, long ks, long nc, long kc) {
        // Given
        Tally stable = new Tally(ns - ks, ks);
        Tally candidate = new Tally(nc - kc, kc);

        // When
        BlockEvalue evalue = BlockEvalue.of(stable, candidate, .01, .5, .005);

        // Then
        assertThat(evalue.lnE()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,.01,.96,.005, .5,.505, .99888596444",
        "9,1,.01,.3,.01, .05,.06, .993170725062",
        "20,5,.02,.1,.005, .03,.035, .999896349091",
        "20,5,.02,.02,.05, .3,.35, .852560318552",
    })
    void hasTheEnumeratedExpectation(
            int ns, int nc, double a1, double c1, double margin, double a, double c, double expected) {
        // Given
        Binomials binomials = new Binomials(ns, nc, a1, c1, margin);

        // When
        double expectation = binomials.expectation(a, c);

        // Then
        assertThat(expectation).isCloseTo(expected, EXACT);
    }

    @Test
    void isFairAtItsProjection() {
        // Given
        Binomials binomials = new Binomials(20, 5, .02, .1, .005);
        double a0 = BlockEvalue.project(20, 5, .02, .1, .005);

        // When
        double expectation = binomials.expectation(a0, a0 + .005);

        // Then
        assertThat(expectation).isCloseTo(1, EXACT);
    }
}
