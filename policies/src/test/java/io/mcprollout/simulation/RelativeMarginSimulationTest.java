package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Numbers;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a margin of half of stable's failure rate finds and does not, at 10 % of 100 requests/s for an hour. */
class RelativeMarginSimulationTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Numbers STANDARD = Plans.standard();
    private static final Numbers HALF = STANDARD.withRelativeMargin(.5);
    private static final World THREE_OF_A_THOUSAND_WORSE = World.of(100, .001).with(Regression.of(.003));

    @Test
    void aServiceOf999ThatBecomes996IsFoundWhichTheAbsoluteMarginDoesNot() {
        // Given
        Experiment experiment = new Experiment(THREE_OF_A_THOUSAND_WORSE, HOUR, 11);

        // When
        Summary absolute = experiment.run(new Simulation(Plans.stayingAtTen(STANDARD)), 60);
        Summary relative = experiment.run(new Simulation(Plans.stayingAtTen(HALF)), 60);

        // Then
        assertThat(absolute.rolledBack()).isZero();
        assertThat(relative.rolledBack()).isGreaterThanOrEqualTo(51);
    }

    /* 9 of 200 is more than five standard errors above the bound of 1 %. */
    @ParameterizedTest
    @CsvSource({".001, 0, 1", ".001, .0005, 1", ".001, .0005, 5", ".004, .002, 1"})
    void harmlessVersionsStay(double stable, double more, double burst) {
        // Given
        World world = World.of(100, stable).with(Regression.of(more)).with(Sessions.NONE.withBurst(burst));

        // When
        Summary summary = new Experiment(world, HOUR, 5).run(new Simulation(Plans.stayingAtTen(HALF)), 200);

        // Then
        assertThat(summary.rolledBack()).isLessThanOrEqualTo(9);
    }
}
