package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BlockEvalueTest {
    @ParameterizedTest
    @CsvSource({"90,10,.01,.05,.005,.02", "7,300,.3,.8,.1,.4", "1,1,.5,.2,.05,.6"})
    void slopeAndCurvatureAreDerivativesOfTheDivergence(
            double ns, double nc, double a1, double c1, double margin, double a) {
        // Given
        double step = 1e-6;

        // When
        double slope = (divergence(ns, nc, a1, c1, margin, a + step) - divergence(ns, nc, a1, c1, margin, a - step))
                / (2 * step);
        double curvature = (BlockEvalue.slope(ns, nc, a1, c1, margin, a + step)
                        - BlockEvalue.slope(ns, nc, a1, c1, margin, a - step))
                / (2 * step);

        // Then
        assertThat(BlockEvalue.slope(ns, nc, a1, c1, margin, a)).isCloseTo(slope, within(1e-4 * Math.abs(slope)));
        assertThat(BlockEvalue.curvature(ns, nc, a1, c1, margin, a)).isCloseTo(curvature, within(1e-4 * curvature));
    }

    private static double divergence(double ns, double nc, double a1, double c1, double margin, double a) {
        return ns * divergence(a1, a) + nc * divergence(c1, a + margin);
    }

    private static double divergence(double p, double q) {
        return p * Math.log(p / q) + (1 - p) * Math.log((1 - p) / (1 - q));
    }
}
