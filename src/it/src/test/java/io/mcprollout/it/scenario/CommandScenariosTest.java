package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.RolloutState.AwaitingApproval;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What people order, through the loop. A tag names the scenario of the field's leaders. */
class CommandScenariosTest {
    private static Cluster at(int share) {
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntilShare(share);
        return cluster;
    }

    /** A cluster in which steps 2 and 3, of 25 and 50 %, wait for an approval. */
    private static Cluster approving() {
        Cluster cluster = new Cluster();
        Setup setup = Setups.usual();
        Plan plan = setup.plan();
        List<Step> steps = plan.steps().stream()
                .map(step -> new Step(
                        step.weight(),
                        step.hold(),
                        step.weight().percent() == 25 || step.weight().percent() == 50
                                ? Optional.of(Duration.ofHours(1))
                                : Optional.empty()))
                .toList();
        cluster.wish(new Wish.Accepted(new Setup(
                new Plan(
                        steps,
                        plan.preflight(),
                        plan.numbers(),
                        plan.streams(),
                        plan.promotion(),
                        plan.keep(),
                        plan.sessions()),
                setup.routes(),
                setup.deployments(),
                setup.ignoredKeys(),
                setup.probes(),
                setup.mesh())));
        cluster.release(Cluster.V2, Version.GOOD);
        cluster.runUntil(AwaitingApproval.class);
        return cluster;
    }

    @Test
    @Tag("competitors-20")
    void aSecondClickDoesNotSkipTheNextStep() {
        // Given
        Cluster cluster = approving();
        cluster.order(Kind.Approve, Cluster.V2.hash() + "#1/2");
        cluster.order(Kind.Approve, Cluster.V2.hash() + "#1/2");
        cluster.runUntilShare(25);
        // When
        cluster.runUntil(AwaitingApproval.class);
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(cluster.share(Slot.B)).isEqualTo(25);
        assertThat(cluster.rollout().consumed()).hasSize(1);
    }

    @Test
    @Tag("competitors-20")
    void aLateApprovalOpensNoGateForALaterRevision() {
        // Given
        Cluster cluster = approving();
        cluster.release(Cluster.V3, Version.GOOD);
        cluster.tick();
        cluster.order(Kind.Approve, Cluster.V2.hash() + "#1/2");
        // When
        cluster.runUntil(
                "waiting anew",
                () -> cluster.state() instanceof AwaitingApproval waiting
                        && waiting.run().revision().equals(Cluster.V3));
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(cluster.share(Slot.B)).isEqualTo(10);
        assertThat(cluster.events).anyMatch(event -> event.startsWith("CommandIgnored: Approve 1-v2#1/2"));
    }

    @Test
    @Tag("competitors-20")
    void anApprovalThatNobodyGivesExpires() {
        // Given
        Cluster cluster = approving();
        // When
        RolledBack back = cluster.runUntil(RolledBack.class);
        // Then
        assertThat(back.reason()).isEqualTo("nobody approved step 2 of 1-v2 in time");
        assertThat(cluster.share(Slot.B)).isZero();
    }

    @Test
    @Tag("competitors-32")
    void anAbortThatStaysInGitStopsOneAttemptOnly() {
        // Given
        Cluster cluster = at(25);
        cluster.order(Kind.Abort, Cluster.V2.hash() + "#1");
        cluster.runUntil(RolledBack.class);
        cluster.order(Kind.Retry, Cluster.V2.hash() + "#1");
        // When
        cluster.runUntil(Promoted.class);
        // Then
        assertThat(cluster.rollout().attempt()).isEqualTo(2);
        assertThat(cluster.rollout().consumed()).hasSize(2);
    }

    @Test
    @Tag("competitors-32")
    void commandsThatStayInGitDoNothingAfterARestart() {
        // Given
        Cluster cluster = at(25);
        cluster.order(Kind.Abort, Cluster.V2.hash() + "#1");
        cluster.runUntil(RolledBack.class);
        cluster.order(Kind.Retry, Cluster.V2.hash() + "#1");
        cluster.versions.put(Cluster.V2, Version.failing(1));
        cluster.runUntil("again", () -> cluster.rollout().attempt() == 2);
        cluster.runUntil(RolledBack.class);
        // When
        cluster.restartController();
        cluster.run(Duration.ofMinutes(30));
        // Then
        assertThat(cluster.state()).isInstanceOf(RolledBack.class);
        assertThat(cluster.rollout().attempt()).isEqualTo(2);
    }

    @Test
    @Tag("competitors-14")
    void aFixPushedAfterAFailureIsNeverSwallowed() {
        for (int milliseconds = 0; milliseconds <= 20_000; milliseconds += 2_500) {
            // Given
            Cluster cluster = at(10);
            cluster.versions.put(Cluster.V2, Version.failing(1));
            cluster.run(Duration.ofMillis(milliseconds));
            // When
            cluster.release(Cluster.V3, Version.GOOD);
            cluster.runUntil(Promoted.class);
            // Then
            assertThat(cluster.templates)
                    .as("pushed " + milliseconds + " ms after the failure")
                    .containsEntry(Slot.A, Cluster.V3);
        }
    }

    @Test
    void aPromotionIsUndoneByOneCommandThoughStableHasBeenReplaced() {
        // Given
        Cluster cluster = new Cluster().release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(1));
        Instant ordered = cluster.now;
        cluster.order(Kind.Undo, Cluster.V2.hash() + "#1");
        // When
        cluster.runUntil("old version serves", () -> cluster.share(Slot.B) == 100);
        Duration took = Duration.between(ordered, cluster.now);
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(took).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(cluster.templates).containsEntry(Slot.A, Cluster.V1);
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.rollout().isCondemned(Cluster.V2)).isTrue();
        assertThat(cluster.route.hasRules()).isFalse();
    }

    @Test
    void aSwapIsUndoneByOneWrite() {
        // Given
        Cluster cluster = new Cluster().promotion(Promotion.Swap).release(Cluster.V2, Version.GOOD);
        cluster.runUntil(Promoted.class);
        cluster.run(Duration.ofMinutes(1));
        cluster.order(Kind.Undo, Cluster.V2.hash() + "#1");
        // When
        cluster.tick();
        int share = cluster.share(Slot.B);
        cluster.run(Duration.ofMinutes(10));
        // Then
        assertThat(share).isZero();
        assertThat(cluster.share(Slot.B)).isZero();
        assertThat(cluster.state()).isInstanceOf(RolledBack.class);
    }

    @Test
    void whatIsPromotedByCommandSkipsHoldsButNotHarm() {
        // Given
        Cluster good = at(10);
        Instant ordered = good.now;
        good.order(Kind.Promote, Cluster.V2.hash() + "#1");
        Cluster bad = at(10);
        bad.versions.put(Cluster.V2, Version.failing(1));
        bad.run(Duration.ofSeconds(5));
        bad.order(Kind.Promote, Cluster.V2.hash() + "#1");
        // When
        good.runUntil(Promoted.class);
        bad.run(Duration.ofMinutes(2));
        // Then
        assertThat(Duration.between(ordered, good.now)).isLessThan(Duration.ofSeconds(60));
        assertThat(good.route.shares()).containsExactly(0, 10, 100, 0);
        assertThat(bad.share(Slot.B)).isZero();
        assertThat(bad.rollout().isCondemned(Cluster.V2)).isTrue();
    }

    @Test
    void whoObservesWritesNothing() {
        // Given
        Cluster cluster = at(25);
        List<Integer> shares = List.copyOf(cluster.route.shares());
        cluster.mode = Mode.Observe;
        cluster.versions.put(Cluster.V2, Version.failing(1));
        // When
        cluster.run(Duration.ofMinutes(5));
        // Then
        assertThat(cluster.route.shares()).isEqualTo(shares);
        assertThat(cluster.message()).startsWith("spec.mode is Observe, nothing is written; else: ");
        assertThat(cluster.rollout().condemned()).isEmpty();
    }

    @Test
    void whatIsUnmanagedIsAdoptedAsItIsAfterwards() {
        // Given
        Cluster cluster = at(25);
        cluster.mode = Mode.Unmanaged;
        cluster.run(Duration.ofMinutes(1));
        boolean finalized = !cluster.letGo;
        ((PlainRoute) cluster.route).setShare(100);
        cluster.run(Duration.ofMinutes(1));
        cluster.mode = Mode.Active;
        // When
        cluster.runUntil(Idle.class);
        cluster.run(Duration.ofMinutes(5));
        // Then
        assertThat(finalized).isFalse();
        assertThat(cluster.rollout().stable()).isEqualTo(Slot.B);
        assertThat(cluster.share(Slot.B)).isEqualTo(100);
        assertThat(cluster.route.hasRules()).isFalse();
    }
}
