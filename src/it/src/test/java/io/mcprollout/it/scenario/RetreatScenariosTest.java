package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.policy.rollout.Cause;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Scenarios in which the leaders of the field fail, through the loop: how a rollout goes back. A tag names the scenario. */
class RetreatScenariosTest {
    private static Cluster at(int share) {
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(share);
        return cluster;
    }

    private static PlainRoute route(Cluster cluster) {
        return (PlainRoute) cluster.route;
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
    @Tag("competitors-8")
    void someCrashingPodsAreEvidenceTooWhileTheOthersServe() {
        // Given
        Cluster cluster = at(25);
        cluster.ready.put(Slot.B, 1);
        cluster.facts.put(
                Slot.B,
                List.of(new Fact(
                        Kind.OOM_KILLED,
                        "mcp-server-canary-1",
                        "container app was killed for its memory",
                        cluster.now)));
        // When
        cluster.tick();
        // Then
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.runUntil(RolledBack.class).cause()).isEqualTo(Cause.CanaryCrashed);
    }

    @Test
    @Tag("competitors-29")
    void aDrainedNodeTakesTheTrafficOfTheOnlyCanaryPodAndBlamesNobody() {
        // Given
        Cluster cluster = at(25);
        cluster.ready.put(Slot.B, 0);
        cluster.facts.put(
                Slot.B, List.of(new Fact(Kind.DISRUPTED, "mcp-server-canary-1", "is being deleted", cluster.now)));
        cluster.tick();
        int meanwhile = cluster.share(Slot.B);
        RolloutState held = cluster.state();
        cluster.run(Duration.ofMinutes(10));
        String said = cluster.status.orElseThrow().decision().rationale().message();
        cluster.ready.put(Slot.B, 2);
        cluster.facts.put(Slot.B, List.of());
        // When
        cluster.runUntil(RolloutState.Promoted.class);
        // Then
        assertThat(meanwhile).isZero();
        assertThat(held).isInstanceOf(RolloutState.Blocked.class);
        assertThat(said).isEqualTo("no pod of mcp-server-canary is ready: mcp-server-canary-1 is being deleted");
        assertThat(cluster.rollout().condemned()).isEmpty();
        assertThat(cluster.rollout().attempt()).isEqualTo(1);
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 0, 10, 25, 50, 100, 0);
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

    /* Takes the traffic back, cannot save it, and dies; the next one finds all well again. */
    private static void takesBackAndDies(Cluster cluster) {
        cluster.savesFail = true;
        cluster.ready.put(Slot.B, 0);
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        cluster.restartController();
        cluster.savesFail = false;
        cluster.ready.put(Slot.B, 2);
    }

    @Test
    void whatAControllerTookBackBeforeItDiedIsHeldAgainstNobody() {
        // Given
        Cluster cluster = at(25);
        // When
        takesBackAndDies(cluster);
        cluster.runUntil(RolloutState.Promoted.class);
        // Then
        assertThat(cluster.events)
                .anyMatch(event -> event.startsWith("TakenBack: ")
                        && event.endsWith("back from 25 % and ended before it could save why"))
                .noneMatch(event -> event.startsWith("LoweredByHand"));
        assertThat(cluster.rollout().condemned()).isEmpty();
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 0, 10, 25, 50, 100, 0);
    }

    @Test
    void theApiServerSaysWhoTookItBack() {
        // Given
        try (IstioRoute route = new IstioRoute()) {
            Cluster cluster = new Cluster(route).release(Cluster.V2, Version.GOOD);
            cluster.runUntilShare(25);
            // When
            takesBackAndDies(cluster);
            cluster.runUntil(RolloutState.Promoted.class);
            // Then
            assertThat(cluster.events)
                    .anyMatch(event -> event.startsWith("TakenBack"))
                    .noneMatch(event -> event.startsWith("LoweredByHand"));
        }
    }

    @Test
    void aVersionThatWasTakenBackUnsavedForBeingWorseGetsNoUserAgain() {
        // Given
        Cluster cluster = at(25);
        cluster.savesFail = true;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        cluster.runUntil("back", () -> cluster.share(Slot.B) == 0);
        cluster.restartController();
        cluster.savesFail = false;
        // When
        RolledBack back = cluster.runUntil(RolledBack.class);
        // Then
        assertThat(back.cause()).isEqualTo(Cause.CanaryWorse);
        assertThat(cluster.route.shares()).containsExactly(0, 10, 25, 0);
    }

    @Test
    void whatAPersonLowersToNothingIsStillAnAbort() {
        // Given
        Cluster cluster = at(25);
        // When
        route(cluster).setShare(0);
        RolledBack back = cluster.runUntil(RolledBack.class);
        // Then
        assertThat(back.cause()).isEqualTo(Cause.LoweredByHand);
        assertThat(cluster.rollout().isCondemned(Cluster.V2)).isTrue();
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
