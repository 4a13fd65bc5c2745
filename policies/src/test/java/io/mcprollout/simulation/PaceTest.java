package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.simulation.Result.Outcome;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long simulated answers take, and that a new version that is slower goes back. */
class PaceTest {
    /* Shares computed with Python's statistics.NormalDist. */
    @ParameterizedTest
    @CsvSource({
        "1, 0, 80, .5",
        "1, 0, 250, .9712215181",
        "1.25, 0, 250, .9366382935",
        "2, 0, 250, .7715048412",
        "1, .1, 250, .8740993663",
        "1, .1, 2500, .9998872034",
    })
    void knowsHowManyAnswersTakeAtMostSoLong(double factor, double tail, double millis, double share) {
        // Given
        Pace pace = new Pace(true, factor, tail);

        // When
        double atMost = pace.atMost(true, millis);

        // Then
        assertThat(atMost).isCloseTo(share, within(1e-6));
        assertThat(pace.atMost(false, 80)).isCloseTo(.5, within(1e-6));
    }

    @Test
    void aHistogramHoldsAsManyAnswersAsTheCounters() {
        // Given
        Service service = new Service(World.of(100, .01).with(Pace.times(2)), 7, Duration.ofHours(1));
        long before = last(service.took(false));

        // When
        service.shift(10);
        service.playTo(60_000);

        // Then
        assertThat(before).isBetween(350_000L, 370_000L);
        assertThat(last(service.took(false)) - before).isEqualTo(service.stableOk());
        assertThat(last(service.took(true))).isEqualTo(service.candidateOk()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"2, 0", "1, .3"})
    void aSlowerVersionGoesBack(double factor, double tail) {
        // Given
        World world = World.of(20, .001)
                .with(new Regression(0, 0, Optional.of(Duration.ofSeconds(10))))
                .with(new Pace(true, factor, tail));

        // When
        Result result = new Simulation(Plans.fast()).release(world, 5, Duration.ofMinutes(20));

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.sinceOnset()).isBetween(1.0, 300.0);
    }

    @Test
    void anEquallyFastVersionIsPromoted() {
        // Given
        World world = World.of(20, .001).with(Pace.ALIKE);

        // When
        Result result = new Simulation(Plans.fast()).release(world, 5, Duration.ofHours(1));

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThatThrownBy(() -> Pace.times(0)).hasMessageContaining("factor must be above 0");
        assertThatThrownBy(() -> Pace.tail(2)).hasMessageContaining("tail 0..1");
    }

    private static long last(Durations durations) {
        return durations.atMost().lastEntry().getValue();
    }
}
