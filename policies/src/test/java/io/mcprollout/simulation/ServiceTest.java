package io.mcprollout.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.simulation.Disturbance.Fault;
import io.mcprollout.simulation.Disturbance.Hits;
import io.mcprollout.simulation.Disturbance.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each thing that a world may have shows in what its users, probes and counters see. */
class ServiceTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long SECOND = 1000;

    @Test
    void theWeightSharesTheTraffic() {
        // Given
        Service service = at(World.of(1000, .1), 25);

        // When
        service.playTo(100 * SECOND);

        // Then
        assertThat(candidate(service) / (candidate(service) + stable(service))).isCloseTo(.25, within(.01));
        assertThat(service.stableBad() / stable(service)).isCloseTo(.1, within(.01));
    }

    @Test
    void aRegressionBeginsSoLongAfterTheFirstShare() {
        // Given
        Service service = new Service(World.of(100, 0).with(Regression.of(1).after(Duration.ofSeconds(10))), 1, HOUR);
        service.playTo(60 * SECOND);
        service.shift(50);

        // When
        service.playTo(70 * SECOND);
        long before = service.candidateBad();
        service.playTo(71 * SECOND);

        // Then
        assertThat(service.onset()).isEqualTo(70 * SECOND);
        assertThat(before).isZero();
        assertThat(service.candidateBad()).isPositive();
    }

    @Test
    void whatFailsForBothFailsBothAtTheSameTime() {
        // Given
        Service service = at(World.of(1000, 0).with(fault(Hits.BOTH, Path.ALL)), 50);

        // When
        service.playTo(30 * SECOND);

        // Then
        assertThat(service.candidateBad() / candidate(service)).isCloseTo(1 / 3.0, within(.02));
        assertThat(service.stableBad() / stable(service)).isCloseTo(1 / 3.0, within(.02));
    }

    @Test
    void whatFailsForTheCandidateLeavesStableAlone() {
        // Given
        Service service = at(World.of(1000, 0).with(fault(Hits.CANDIDATE, Path.ALL)), 50);

        // When
        service.playTo(30 * SECOND);

        // Then
        assertThat(service.candidateBad()).isPositive();
        assertThat(service.stableBad()).isZero();
    }

    @Test
    void whatFailsProbesLeavesUsersAlone() {
        // Given
        Service service = at(World.of(1000, 0).with(fault(Hits.BOTH, Path.PROBES)), 50);

        // When
        service.playTo(30 * SECOND);

        // Then
        assertThat(service.candidateBad() + service.stableBad()).isZero();
        assertThat(service.weather().probe(false, 15 * SECOND)).isEqualTo(1);
        assertThat(service.weather().probeAsMeshSees(true, 15 * SECOND)).isEqualTo(1);
        assertThat(service.weather().probe(true, 25 * SECOND)).isZero();
    }

    @Test
    void whatFailsOutsideTheMeshOnlyTheProbesSee() {
        // Given
        Weather weather = new Service(World.of(1, 0).with(new Regression(0, 1, Optional.empty())), 1, HOUR).weather();

        // When
        double seen = weather.probe(true, 0);

        // Then
        assertThat(seen).isEqualTo(1);
        assertThat(weather.probeAsMeshSees(true, 0)).isZero();
        assertThat(weather.users(true, 0, SECOND)).isZero();
        assertThat(weather.probe(false, 0)).isZero();
    }

    @Test
    void blipsOfEachComeAtTheirOwnMoments() {
        // Given
        Fault blips = new Fault(Hits.EACH, Path.ALL, 1, Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(10));
        Weather weather = new Service(World.of(1, 0).with(blips), 7, HOUR).weather();

        // When
        long together = LongStream.range(0, 601)
                .filter(second -> weather.users(false, second * SECOND, second * SECOND + SECOND) > 0
                        && weather.users(true, second * SECOND, second * SECOND + SECOND) > 0)
                .count();

        // Then
        assertThat(together).isZero();
        assertThat(weather.users(false, 0, 601 * SECOND)).isCloseTo(1 / 601.0, within(1e-9));
        assertThat(weather.users(true, 0, 601 * SECOND)).isCloseTo(1 / 601.0, within(1e-9));
    }

    @Test
    void driftMovesBothAlike() {
        // Given
        Weather weather = new Service(World.of(1, .01).with(new Disturbance.Drift(0, 3)), 1, HOUR).weather();

        // When
        double late = weather.users(false, 1800 * SECOND, 1801 * SECOND);

        // Then
        assertThat(late).isCloseTo(.02, within(1e-9)).isEqualTo(weather.users(true, 1800 * SECOND, 1801 * SECOND));
    }

    @Test
    void pinnedSessionsFollowTheWeightLate() {
        // Given
        Service service = at(World.of(1000, 0).with(new Sessions(Duration.ofMinutes(1), 0, 0, 1)), 50);

        // When
        service.playTo(60 * SECOND);

        // Then
        assertThat(candidate(service) / (candidate(service) + stable(service)))
                .isCloseTo(.5 * Math.exp(-1), within(.01));
    }

    @Test
    void youngSessionsFailMoreThanOldOnes() {
        // Given
        Service service = at(World.of(1000, 0).with(new Sessions(Duration.ofMinutes(10), .05, .05, 1)), 10);

        // When
        service.playTo(10 * SECOND);

        // Then
        assertThat(service.candidateBad() / candidate(service))
                .isGreaterThan(5 * service.stableBad() / stable(service));
    }

    @Test
    void clustersRaiseTheVarianceOfFailures() {
        // Given
        World world = World.of(100, .05).with(Sessions.NONE.withBurst(5));

        // When
        double[] counts = LongStream.range(0, 4000)
                .mapToDouble(seed -> {
                    Service service = new Service(world, seed, HOUR);
                    service.playTo(10 * SECOND);
                    return service.stableBad();
                })
                .toArray();

        // Then
        double mean = Arrays.stream(counts).average().orElseThrow();
        double variance = Arrays.stream(counts)
                .map(count -> (count - mean) * (count - mean))
                .average()
                .orElseThrow();
        assertThat(mean).isCloseTo(50, within(2.0));
        assertThat(variance / mean).isCloseTo(9, within(1.0));
    }

    @Test
    void drainedPodsUnsettleAndFailForAWhile() {
        // Given
        Disturbance drains =
                new Disturbance.Drains(Duration.ofMinutes(10), Duration.ofSeconds(20), Duration.ofSeconds(2), .5);
        Weather weather = new Service(World.of(1, 0).with(drains), 1, HOUR).weather();

        // When
        long unsettled = LongStream.range(0, 3600)
                .filter(second ->
                        weather.isReplacing(false, second * SECOND) || weather.isReplacing(true, second * SECOND))
                .count();

        // Then
        assertThat(unsettled).isBetween(119L, 120L);
        assertThat(weather.users(false, 0, 3600 * SECOND) + weather.users(true, 0, 3600 * SECOND))
                .isCloseTo(6 * 2 * .5 / 3600, within(1e-9));
    }

    @Test
    void laggingCountersShowTheCandidateOneReadingLate() {
        // Given
        Service service = at(World.of(1000, 0), 50);
        Gateway gateway = new Gateway(service, true, Instant.EPOCH);
        service.playTo(SECOND);
        gateway.read(SECOND);
        long then = service.candidateOk();

        // When
        service.playTo(2 * SECOND);
        Reading.Counters second = gateway.read(2 * SECOND);

        // Then
        assertThat(second.counters())
                .containsEntry(new Series("gateway-0", Slot.B, false), then)
                .containsEntry(new Series("gateway-0", Slot.A, false), service.stableOk());
    }

    @Test
    void aGatewayThatRestartsBeginsNewSeriesAtZero() {
        // Given
        Service service = at(World.of(1000, 0).with(new Disturbance.CounterResets(Duration.ofSeconds(10))), 50);
        Gateway gateway = new Gateway(service, false, Instant.EPOCH);
        service.playTo(10 * SECOND);
        gateway.probed(true, true, 80);

        // When
        Reading.Counters first = gateway.read(10 * SECOND);

        // Then
        assertThat(first.counters()).hasSize(4).allSatisfy((series, count) -> {
            assertThat(series.instance()).isEqualTo("gateway-1");
            assertThat(count).isZero();
        });
    }

    private static Service at(World world, int percent) {
        Service service = new Service(world, 1, HOUR);
        service.shift(percent);
        return service;
    }

    private static Fault fault(Hits hits, Path path) {
        return new Fault(hits, path, 1, Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(10));
    }

    private static double stable(Service service) {
        return service.stableOk() + service.stableBad();
    }

    private static double candidate(Service service) {
        return service.candidateOk() + service.candidateBad();
    }
}
