package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.simulation.Disturbance.Fault;
import io.mcprollout.simulation.Disturbance.Hits;
import io.mcprollout.simulation.Disturbance.Path;
import io.mcprollout.simulation.Result.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The real engine in the loop of the simulator. */
class SimulationTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Simulation FAST = new Simulation(Plans.fast());

    /* 20 of 500 is 4 %: more than five standard errors above the bound of 1 %. */
    static List<World> harmless() {
        Fault dependency = new Fault(
                Hits.BOTH, Path.ALL, .3, Duration.ofMinutes(2), Duration.ofSeconds(40), Duration.ofSeconds(160));
        Fault probes = new Fault(
                Hits.BOTH, Path.PROBES, 1, Duration.ofMinutes(1), Duration.ofSeconds(40), Duration.ofSeconds(160));
        return List.of(
                World.of(3, .01),
                World.of(20, .01).with(Regression.of(.005)),
                World.of(10, .01).with(dependency).with(new Disturbance.Drift(.1, 3)),
                World.of(10, .001).with(probes),
                World.of(10, .001).with(loss(Duration.ofSeconds(30))),
                World.of(10, .001).with(new Disturbance.Mixture(Duration.ofMinutes(1), .5)));
    }

    private static Disturbance loss(Duration length) {
        return new Disturbance.Loss(length, Duration.ofSeconds(1), Duration.ofSeconds(40), Duration.ofSeconds(120));
    }

    @ParameterizedTest
    @MethodSource("harmless")
    void harmlessVersionsGoBackInAtMostOneOfAHundredRollouts(World world) {
        // Given
        Experiment experiment = new Experiment(world, HOUR, 42);

        // When
        Summary summary = experiment.run(FAST, 500);

        // Then
        assertThat(summary.rolledBack()).isLessThanOrEqualTo(20);
        assertThat(summary.promotedShare()).isGreaterThan(.9);
    }

    @Test
    void aBrokenVersionNeverServesAUser() {
        // Given
        Experiment experiment = new Experiment(World.of(100, .01).with(Regression.of(.99)), HOUR, 1);

        // When
        List<Result> results = experiment.results(FAST, 50);

        // Then
        assertThat(results).allSatisfy(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
            assertThat(result.badToUsers()).isZero();
            assertThat(result.seconds()).isLessThan(30);
        });
    }

    @Test
    void whatOnlyProbesSeeSendsBack() {
        // Given
        World outside = World.of(10, .01).with(new Regression(0, 1, Optional.of(Duration.ofSeconds(15))));

        // When
        Result result = FAST.release(outside, 5, HOUR);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.percent()).isPositive();
        assertThat(result.sinceOnset()).isBetween(3.0, 40.0);
    }

    @Test
    void whatOnlyTheMeshSeesSendsBack() {
        // Given
        World inside = World.of(50, .01).with(new Regression(.9, 0, Optional.of(Duration.ofSeconds(15))));

        // When
        Result result = FAST.release(inside, 5, HOUR);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.sinceOnset()).isBetween(3.0, 40.0);
        assertThat(result.candidateRequests()).isGreaterThan(10);
    }

    @Test
    void theSameSeedGivesTheSameRollout() {
        // Given
        World world = World.of(10, .01)
                .with(new Disturbance.Drift(.1, 2))
                .with(new Disturbance.CounterResets(Duration.ofSeconds(50)))
                .with(new Disturbance.Restart(Duration.ofSeconds(60), Duration.ofSeconds(40), Duration.ofSeconds(90)))
                .with(Sessions.NONE.withBurst(3))
                .withLag();

        // When
        List<Result> once = new Experiment(world, HOUR, 9).results(FAST, 20);
        List<Result> again = new Experiment(world, HOUR, 9).results(FAST, 20);

        // Then
        assertThat(once).isEqualTo(again);
        assertThat(once.stream().map(Result::seconds).distinct().count()).isGreaterThan(5);
    }

    @Test
    void aControllerThatIsDownHoldsTheRolloutUp() {
        // Given
        World world = World.of(10, .001);
        Disturbance down =
                new Disturbance.Restart(Duration.ofMinutes(10), Duration.ofSeconds(60), Duration.ofSeconds(61));

        // When
        Result result = FAST.release(world.with(down), 3, HOUR);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
        assertThat(result.seconds()).isGreaterThan(FAST.release(world, 3, HOUR).seconds() + 500);
    }

    @Test
    void aCanaryWhoseOnlyPodIsGoneGetsNoTrafficAndGoesOnWhenItIsBack() {
        // Given
        World world = World.of(10, 0).with(loss(Duration.ofMinutes(10)));

        // When
        List<Result> results = new Experiment(world, HOUR, 3).results(FAST, 20);

        // Then
        assertThat(results).allSatisfy(result -> {
            assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
            assertThat(result.seconds()).isGreaterThan(640);
            assertThat(result.badToUsers()).isBetween(1L, 40L);
        });
    }

    @Test
    void noDecisionWithinTheHorizonIsUndecided() {
        // Given
        World world = World.of(10, .001);

        // When
        Result result = FAST.release(world, 3, Duration.ofSeconds(60));

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(result.seconds()).isEqualTo(60);
    }
}
