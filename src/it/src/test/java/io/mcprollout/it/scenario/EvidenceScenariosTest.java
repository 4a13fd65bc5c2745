package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.loop.History;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios in which the leaders of the field fail, through the loop: what counts as evidence. A tag names the scenario. */
class EvidenceScenariosTest {
    private static Cluster at(int share) {
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(share);
        return cluster;
    }

    @Test
    void aCandidatesOldPodsGiveNoEvidence() {
        // Given
        Cluster cluster = new Cluster();
        cluster.rolling.put(Slot.B, true);
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.run(Duration.ofMinutes(3));
        long pairs = cluster.traffic.pairsSeen();
        // Then
        assertThat(pairs).isPositive();
        assertThat(cluster.state()).isInstanceOf(Preparing.class);
        assertThat(cluster.status.orElseThrow().judgement().orElseThrow().streams())
                .allSatisfy(stream -> assertThat(stream.candidate().total()).isZero());
    }

    @Test
    @Tag("competitors-4")
    void anUnreachableMetricsSourceHoldsAndCondemnsNothing() {
        // Given
        Cluster cluster = at(25);
        cluster.traffic.meshDown = true;
        // When
        cluster.run(Duration.ofMinutes(1));
        cluster.traffic.meshDown = false;
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    @Tag("competitors-5")
    void withoutTrafficTheProbesAreTheEvidence() {
        // Given
        Cluster cluster = new Cluster();
        cluster.traffic.usersPerSecond = 0;
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    @Tag("competitors-5")
    void withoutTrafficAndWithoutProbesItHolds() {
        // Given
        Cluster cluster = new Cluster();
        cluster.traffic.usersPerSecond = 0;
        cluster.traffic.probesFaulty = true;
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.run(Duration.ofMinutes(20));
        // Then
        assertThat(cluster.state()).isInstanceOf(Preparing.class);
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    @Tag("competitors-6")
    void errorsOfBothVersionsAreNotTheCanarysFault() {
        // Given
        Cluster cluster = new Cluster();
        cluster.versions.put(Cluster.V1, Version.failing(0.05));
        cluster.release(Cluster.V2, Version.failing(0.05));
        // When
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    @Tag("competitors-16")
    void nothingIsPromotedOnZeroMeasurements() {
        // Given
        Cluster cluster = at(100);
        cluster.traffic.meshDown = true;
        cluster.traffic.probesFaulty = true;
        // When
        cluster.run(Duration.ofHours(1));
        // Then
        assertThat(cluster.state()).isInstanceOf(Stepping.class);
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V1);
    }

    @Test
    void whatIsNotSettledYetCertifiesNothing() {
        // Given
        Cluster cluster = new Cluster();
        cluster.ready.put(Slot.B, 1);
        cluster.release(Cluster.V2, Version.GOOD);
        // When
        cluster.run(Duration.ofMinutes(3));
        double unsettled =
                cluster.status.orElseThrow().judgement().orElseThrow().towardsAdvance();
        cluster.ready.put(Slot.B, 2);
        cluster.runUntilShare(10);
        // Then
        assertThat(unsettled).isZero();
    }

    @Test
    void theHistoryShowsHowAnAttemptWasJudgedAndStaysSmall() {
        // Given
        Cluster cluster = at(10);
        // When
        cluster.run(Duration.ofMinutes(5));
        // Then
        List<History.Point> points = cluster.history().points();
        assertThat(points).hasSize(200);
        assertThat(points).extracting(History.Point::at).isSorted();
        assertThat(points.getLast().judgement().towardsAdvance()).isPositive();
    }

    @Test
    void howClusteredStablesFailuresWereIsKnownFromTheFirstReadingOn() {
        // Given
        Cluster cluster = new Cluster();
        List<Tally> hour = new ArrayList<>();
        for (int minute = 0; minute < 60; minute++) {
            hour.add(minute % 10 == 0 ? new Tally(590, 10) : new Tally(600, 0));
        }
        cluster.traffic.remembered = Map.of(Slot.A, hour);
        // When
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(10);
        // Then
        assertThat(mesh(cluster).designEffect()).isBetween(5.0, 12.0);
        assertThat(mesh(at(10)).designEffect()).isEqualTo(2);
    }

    private static Judgement.Stream mesh(Cluster cluster) {
        return cluster.status.orElseThrow().judgement().orElseThrow().streams().stream()
                .filter(stream -> stream.kind() == Judgement.Kind.Mesh)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void evidenceThatCannotBeReadBeginsAnewAndSaysSo() {
        // Given
        Cluster cluster = at(25);
        cluster.spoilEvidence();
        // When
        cluster.restartController();
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.events)
                .filteredOn(event -> event.startsWith("EvidenceRestarted: The comparison begins anew"))
                .hasSize(1);
    }
}
