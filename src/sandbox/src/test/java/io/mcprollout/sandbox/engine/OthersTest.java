package io.mcprollout.sandbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.simulation.Disturbance.Fault;
import io.mcprollout.simulation.Disturbance.Hits;
import io.mcprollout.simulation.Disturbance.Path;
import io.mcprollout.simulation.Experiment;
import io.mcprollout.simulation.Regression;
import io.mcprollout.simulation.Releaser;
import io.mcprollout.simulation.Result;
import io.mcprollout.simulation.Result.Outcome;
import io.mcprollout.simulation.Summary;
import io.mcprollout.simulation.World;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The models of the others in worlds without chance, against their rules done by hand. */
class OthersTest {
    private static final Releaser FLAGGER = new Flagger(List.of(10, 25, 50), 5, .99);
    private static final Releaser ARGO = new ArgoRollouts(List.of(10, 25, 50), Duration.ofMinutes(10), 3, .99);
    private static final World PERFECT = World.of(1000, 0);
    private static final World BROKEN = PERFECT.with(Regression.of(1));

    @Test
    void flaggerPromotesAfterFourMinutes() {
        // Given
        World world = PERFECT;

        // When
        Result result = play(FLAGGER, world);

        // Then
        assertThat(result).isEqualTo(new Result(Outcome.PROMOTED, 240, Double.NaN, 0, result.candidateRequests(), 100));
    }

    @Test
    void flaggerCountsFiveFailedChecksAndGoesBackAtTheNext() {
        // Given
        World world = BROKEN;

        // When
        Result result = play(FLAGGER, world);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.seconds()).isEqualTo(420);
        assertThat(result.percent()).isEqualTo(10);
        assertThat(result.badToUsers()).isBetween(35_000L, 37_000L);
    }

    @Test
    void flaggerTakesNoTrafficForAFailedCheck() {
        // Given
        World idle = World.of(0, 0);

        // When
        Result result = play(FLAGGER, idle);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.seconds()).isEqualTo(420);
    }

    @Test
    void flaggerStaysAtTheWeightForEachFailedCheck() {
        // Given
        World outage = PERFECT.with(outage(130, 100));

        // When
        Result result = play(FLAGGER, outage);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
        assertThat(result.seconds()).isEqualTo(240 + 2 * 60);
    }

    @Test
    void argoPromotesAfterItsPauses() {
        // Given
        World world = PERFECT;

        // When
        Result result = play(ARGO, world);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
        assertThat(result.seconds()).isEqualTo(1800);
    }

    @Test
    void argoGoesBackAtTheFourthFailedMeasurement() {
        // Given
        World world = BROKEN;

        // When
        Result result = play(ARGO, world);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.seconds()).isEqualTo(240);
        assertThat(result.badToUsers()).isBetween(23_000L, 25_000L);
    }

    @Test
    void argoToleratesThreeFailedMeasurements() {
        // Given
        World outage = PERFECT.with(outage(130, 160));

        // When
        Result result = play(ARGO, outage);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.PROMOTED);
    }

    @Test
    void argoGoesBackForAnOutageOfBoth() {
        // Given
        World outage = PERFECT.with(outage(130, 180));

        // When
        Result result = play(ARGO, outage);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.seconds()).isEqualTo(360);
    }

    @Test
    void theOracleKnowsWhenItBeginsAndNeedsTwoRequests() {
        // Given
        World world = World.of(10, .001).with(Regression.of(.999).after(Duration.ofSeconds(100)));

        // When
        Result result = play(new Oracle(10, .005, 1 / .0045, Duration.ZERO), world);

        // Then
        assertThat(result.outcome()).isEqualTo(Outcome.ROLLED_BACK);
        assertThat(result.sinceOnset()).isBetween(.2, 15.0);
        assertThat(result.candidateRequests()).isBetween(1L, 4L);
    }

    @Test
    void anOracleThatIsNotToldTheMomentNeedsTwiceTheRequestsAndIsNotFooledBefore() {
        // Given
        World world = World.of(10, .01).with(Regression.of(.1).after(Duration.ofMinutes(10)));
        Experiment experiment = new Experiment(world, Duration.ofMinutes(40), 1);

        // When
        Summary told = experiment.run(new Oracle(10, .005, 1 / .0045, Duration.ZERO), 200);
        Summary untold = experiment.run(new Oracle(10, .005, 1 / .0045, Duration.ofMinutes(20)), 200);

        // Then
        assertThat(untold.rolledBack()).isEqualTo(200);
        assertThat(untold.medianCandidateRequests() / told.medianCandidateRequests())
                .isBetween(1.5, 2.5);
    }

    private static Result play(Releaser releaser, World world) {
        return releaser.release(world, 1, Duration.ofMinutes(40));
    }

    private static Fault outage(int from, int seconds) {
        return new Fault(
                Hits.BOTH,
                Path.ALL,
                1,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(from),
                Duration.ofSeconds(from));
    }
}
