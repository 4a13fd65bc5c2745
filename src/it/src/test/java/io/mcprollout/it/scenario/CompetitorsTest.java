package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.loop.History;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.rollout.Cause;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The scenarios in which the leaders of the field fail, one test for each, through the loop. */
class CompetitorsTest {
    private static Cluster at(int share) {
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(share);
        return cluster;
    }

    private static PlainRoute route(Cluster cluster) {
        return (PlainRoute) cluster.route;
    }

    @Test
    void aGoodReleaseIsPromoted() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V2);
        assertThat(cluster.route.hasRules()).isFalse();
        assertThat(cluster.letGo).isTrue();
    }

    @Test
    void nothingStartsOnInstallWithEqualImages() {
        // Given
        Cluster cluster = new Cluster();
        // When
        cluster.run(Duration.ofMinutes(5));
        // Then
        assertThat(cluster.state()).isInstanceOf(Idle.class);
        assertThat(cluster.route.shares()).containsExactly(0);
        assertThat(cluster.writes).isLessThanOrEqualTo(2);
    }

    @Test
    void nothingStartsAfterAPromotion() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        int writes = cluster.writes;
        // When
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(cluster.state()).isInstanceOf(Promoted.class);
        assertThat(cluster.writes - writes).isLessThanOrEqualTo(2);
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
    @Tag("competitors-1")
    void aBrokenCanaryIsBackWithinSeconds() {
        // Given
        Cluster cluster = at(10);
        Instant onset = cluster.now;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        // When
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        // Then
        assertThat(Duration.between(onset, cluster.now)).isLessThanOrEqualTo(Duration.ofSeconds(15));
        assertThat(cluster.runUntil(RolledBack.class).cause()).isEqualTo(Cause.CanaryWorse);
    }

    @Test
    void aCanaryThatIsSlowForItsUsersAloneGoesBackAndSaysSo() {
        // Given
        Cluster cluster = new Cluster();
        cluster.traffic.slowForUsers.put(Slot.A, .02);
        cluster.traffic.usersPerSecond = 50;
        cluster.run(Duration.ofMinutes(1));
        cluster.release(Cluster.V2, Version.GOOD).runUntilShare(10);
        cluster.traffic.slowForUsers.put(Slot.B, .6);
        // When
        RolledBack back = cluster.runUntil(RolledBack.class);
        // Then
        assertThat(back.cause()).isEqualTo(Cause.CanaryWorse);
        assertThat(back.reason())
                .matches("slow on canary: \\d+ of \\d+ users' requests that istio counted took longer than 50 ms,"
                        + " on stable \\d+ of \\d+ \\(evidence .* ≥ 100\\)");
    }

    @Test
    @Tag("competitors-2")
    void anUnreadyStablePodDoesNotDelayARollback() {
        // Given
        Cluster cluster = at(25);
        cluster.ready.put(Slot.A, 1);
        Instant onset = cluster.now;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        // When
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        // Then
        assertThat(Duration.between(onset, cluster.now)).isLessThanOrEqualTo(Duration.ofSeconds(15));
    }

    @Test
    @Tag("competitors-3")
    void anInvalidSpecBlocksTheAdvanceButNotTheRetreat() {
        // Given
        Cluster cluster = at(25);
        cluster.wish(new Wish.Refused(List.of(new Problem("StepsInvalid", "spec.steps", "must end at 100"))));
        cluster.run(Duration.ofMinutes(5));
        int held = cluster.share(Slot.B);
        cluster.versions.put(Cluster.V2, Version.failing(1));
        // When
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        // Then
        assertThat(held).isEqualTo(25);
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
    @Tag("competitors-7")
    void crashingPodsAreEvidenceAtOnce() {
        // Given
        Cluster cluster = at(25);
        cluster.ready.put(Slot.B, 0);
        cluster.facts.put(
                Slot.B,
                List.of(new Fact(
                        Kind.CRASHED, "mcp-server-canary-1", "container app exited with code 1", cluster.now)));
        // When
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.runUntil(RolledBack.class).cause()).isEqualTo(Cause.CanaryCrashed);
    }

    @Test
    @Tag("competitors-10")
    void aLoweredShareIsAnAbort() {
        // Given
        Cluster cluster = at(50);
        route(cluster).setShare(5);
        // When
        cluster.runUntil(RolledBack.class);
        // Then
        assertThat(((RolledBack) cluster.state()).cause()).isEqualTo(Cause.LoweredByHand);
        assertThat(cluster.share(Slot.B)).isZero();
    }

    @Test
    @Tag("competitors-10")
    void aRaisedShareIsUndoneAndReported() {
        // Given
        Cluster cluster = at(10);
        route(cluster).setShare(100);
        // When
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isEqualTo(10);
        assertThat(cluster.events).anyMatch(event -> event.startsWith("Drift: Somebody raised"));
    }

    @Test
    @Tag("competitors-11")
    void aLabelOnTheRouteInMidRunChangesNothing() {
        try (IstioRoute route = new IstioRoute()) {
            // Given
            Cluster cluster = new Cluster(route).release(Cluster.V2, Version.GOOD);
            cluster.runUntilShare(25);
            // When
            route.label("owner", "platform");
            cluster.runUntil(Promoted.class);
            // Then
            assertThat(route.shares()).containsExactly(0, 10, 25, 50, 100, 0);
            assertThat(route.whatIsTheUsers().at("/metadata/labels/owner").asText())
                    .isEqualTo("platform");
            assertThat(cluster.events).noneMatch(event -> event.startsWith("Drift"));
        }
    }

    @Test
    @Tag("competitors-12")
    void aRevisionPushedInMidRunLosesItsWeightAndItsEvidence() {
        // Given
        Cluster cluster = at(25);
        cluster.release(Cluster.V3, Version.GOOD);
        // When
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.runUntil(Preparing.class).run().revision()).isEqualTo(Cluster.V3);
        assertThat(cluster.status.orElseThrow().judgement().orElseThrow().streams())
                .allSatisfy(stream -> assertThat(stream.candidate().total()).isZero());
    }

    @Test
    @Tag("competitors-13")
    void aRevisionPushedAtTheLastMomentIsNotPromoted() {
        // Given
        Cluster cluster = at(100);
        cluster.release(Cluster.V3, Version.failing(1));
        // When
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V1);
        assertThat(cluster.rollout().isCondemned(Cluster.V3)).isTrue();
    }

    @Test
    @Tag("competitors-15")
    void editingTheStepsDoesNotStartAKnownBadVersion() {
        // Given
        Cluster cluster = at(25);
        cluster.commands.add(new Command(Command.Kind.Abort, Cluster.V2.hash(), 1));
        cluster.runUntil(RolledBack.class);
        // When
        cluster.wish(new Wish.Accepted(Cluster.setup(Cluster.fast())));
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(cluster.state()).isInstanceOf(RolledBack.class);
        assertThat(cluster.rollout().attempt()).isEqualTo(1);
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
    @Tag("competitors-18")
    void deletionReturnsTheTrafficBeforeTheResourceGoes() {
        // Given
        Cluster cluster = at(50);
        cluster.deleting = true;
        // When
        cluster.runUntil("gone", () -> cluster.letGo);
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.route.hasRules()).isFalse();
    }

    @Test
    @Tag("competitors-19")
    void rulesAndFieldsOfUsersAreNeverTouched() {
        try (IstioRoute route = new IstioRoute()) {
            // Given
            JsonNode before = route.whatIsTheUsers();
            List<JsonNode> after = new ArrayList<>();
            Cluster cluster = new Cluster(route).release(Cluster.V2, Version.GOOD);
            route.onWrite(() -> after.add(route.whatIsTheUsers()));
            // When
            cluster.runUntil(Promoted.class);
            cluster.release(Cluster.V3, Version.failing(1));
            cluster.runUntil(RolledBack.class);
            // Then
            assertThat(after).hasSizeGreaterThan(6).containsOnly(before);
            assertThat(route.hasRules()).isFalse();
            assertThat(route.share()).isZero();
        }
    }

    @Test
    @Tag("competitors-21")
    void aControllerKilledAfterAnyWriteEndsInTheSameState() {
        // Given
        Cluster whole = new Cluster().release(Cluster.V2, Version.GOOD);
        whole.runUntil(Promoted.class);
        whole.run(Duration.ofMinutes(1));
        for (int write = 1; write <= whole.writes; write++) {
            Cluster cluster = new Cluster();
            cluster.killAfterWrite = write;
            // When
            cluster.release(Cluster.V2, Version.GOOD);
            cluster.runUntil(Promoted.class);
            cluster.run(Duration.ofMinutes(1));
            // Then
            assertThat(cluster.route.shares()).as("killed after write " + write).isEqualTo(whole.route.shares());
            assertThat(cluster.templates).isEqualTo(whole.templates);
            assertThat(cluster.route.hasRules()).isFalse();
            assertThat(cluster.rollout().attempt()).isEqualTo(1);
        }
    }

    @Test
    @Tag("competitors-21")
    void aControllerKilledAfterAnyWriteOfARollbackEndsInTheSameState() {
        // Given
        Cluster whole = new Cluster().release(Cluster.V2, Version.failing(1));
        whole.runUntil(RolledBack.class);
        whole.run(Duration.ofMinutes(1));
        for (int write = 1; write <= whole.writes; write++) {
            Cluster cluster = new Cluster();
            cluster.killAfterWrite = write;
            // When
            cluster.release(Cluster.V2, Version.failing(1));
            cluster.runUntil(RolledBack.class);
            cluster.run(Duration.ofMinutes(1));
            // Then
            assertThat(cluster.route.shares()).as("killed after write " + write).containsExactly(0);
            assertThat(cluster.rollout().isCondemned(Cluster.V2)).isTrue();
            assertThat(cluster.route.hasRules()).isFalse();
        }
    }

    @Test
    @Tag("competitors-24")
    void oneLineSaysWhyItWentBack() {
        // Given
        Cluster cluster = at(10);
        cluster.versions.put(Cluster.V2, Version.wrong(1));
        // When
        RolledBack back = cluster.runUntil(RolledBack.class);
        // Then
        assertThat(back.reason())
                .contains("get_current_time")
                .containsPattern("failed \\d+ of \\d+")
                .contains("stable 0 of")
                .contains("trace 4bf92f3577b34da6a3ce929d0e0e4736")
                .containsPattern("evidence \\d+ ≥ 100");
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

    @Test
    void aRollbackIsWrittenWithoutItsSave() {
        // Given
        Cluster cluster = at(25);
        cluster.savesFail = true;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        // When
        cluster.run(Duration.ofSeconds(30));
        int share = cluster.share(Slot.B);
        cluster.savesFail = false;
        cluster.runUntil(RolledBack.class);
        // Then
        assertThat(share).isZero();
    }

    @Test
    void aRefusedRouteWriteIsTriedUntilItIsTaken() {
        // Given
        Cluster cluster = at(25);
        route(cluster).writesFail = true;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        cluster.run(Duration.ofMinutes(2));
        int before = cluster.share(Slot.B);
        String blocked = cluster.status.orElseThrow().rollbackBlocked();
        route(cluster).writesFail = false;
        Instant opened = cluster.now;
        // When
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        // Then
        assertThat(before).isEqualTo(25);
        assertThat(blocked).contains("webhook");
        assertThat(Duration.between(opened, cluster.now)).isLessThanOrEqualTo(Duration.ofSeconds(6));
    }
}
