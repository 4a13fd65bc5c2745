package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ties intervals out against values computed with scipy. */
class DifferenceTest {
    @ParameterizedTest
    @CsvSource({
        "6, 100, 9, 900, .05, .01658054, .11494065",
        "3, 20, 0, 20, .15, -.03839633, .36041886",
        "0, 60, 0, 60, 0, -.06017185, .06017185",
    })
    void newcombe(int kc, int nc, int ks, int ns, double estimate, double low, double high) {
        // When
        Difference difference = Difference.of(new Tally(ns - ks, ks), new Tally(nc - kc, kc));

        // Then
        assertThat(difference.estimate()).isCloseTo(estimate, within(1e-12));
        assertThat(difference.low()).isCloseTo(low, within(1e-8));
        assertThat(difference.high()).isCloseTo(high, within(1e-8));
    }

    @Test
    void wilson() {
        // When
        Difference.Proportion proportion = Difference.Proportion.of(new Tally(94, 6));

        // Then
        assertThat(proportion.low()).isCloseTo(.02778612, within(1e-8));
        assertThat(proportion.high()).isCloseTo(.12476815, within(1e-8));
    }

    @Test
    void saysItInPoints() {
        assertThat(Difference.of(new Tally(891, 9), new Tally(94, 6)).inPoints())
                .isEqualTo("+5.0 points (1.7 to 11.5)");
    }

    @Test
    void nothingIsKnownWithoutBoth() {
        assertThat(Difference.of(Tally.NONE, new Tally(1, 1)).isKnown()).isFalse();
        assertThat(Difference.of(new Tally(1, 1), Tally.NONE).isKnown()).isFalse();
    }
}
