package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A person gives everything to a revision without waiting. */
class PromoteTest {
    private static void order(World world, String text) {
        world.commands.add(Command.parse(Kind.Promote, text).by("kubectl"));
    }

    @Test
    void holdsAndCertificatesAreSkipped() {
        // Given
        World world = World.preparing();
        world.verdict = new Verdict.Inconclusive("more");
        order(world, "1-v2#1");
        java.time.Instant start = world.now;

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 100, 0);
        assertThat(Duration.between(start, world.now)).isLessThan(Duration.ofMinutes(2));
        assertThat(world.told("Promoting"))
                .containsExactly(
                        "1-v2 is to get everything without waiting for holds and certificates, by command of kubectl");
    }

    @Test
    void itCountsInAnyStep() {
        // Given
        World world = World.at(25);
        world.verdict = new Verdict.Unavailable("down");
        order(world, "1-v2#1");

        // When
        world.look(2);

        // Then
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void whatIsWorseIsNotPromoted() {
        // Given
        World world = World.at(25);
        world.verdict = new Verdict.Fail("worse");
        order(world, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(RollingBack.class);
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void sessionsAreNotBroken() {
        // Given
        World world = World.preparing();
        world.probes = new Probes(10, true, "");
        order(world, "1-v2#1");

        // When
        world.look(20);

        // Then
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void aPausedRolloutWaits() {
        // Given
        World world = World.at(10);
        world.mode = Mode.Paused;
        order(world, "1-v2#1");

        // When
        world.look(20);

        // Then
        assertThat(world.candidateShare()).isEqualTo(10);
    }

    @Test
    void whatWentBackIsNotPromotedBecauseItWasOnceOrdered() {
        // Given
        World world = World.at(10);
        order(world, "1-v2#1");
        world.verdict = new Verdict.Fail("worse");
        world.lookUntil(RolloutState.RolledBack.class);
        world.commands.add(Command.parse(Kind.Retry, "1-v2#1"));
        world.verdict = new Verdict.Inconclusive("more");

        // When
        world.look(30);

        // Then
        assertThat(world.rollout.attempt()).isEqualTo(2);
        assertThat(world.candidateShare()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-v2#0", "1-v2#2", "1-v1#1"})
    void somethingElseIsToldOnceAndDoesNothing(String text) {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Inconclusive("more");
        order(world, text);

        // When
        world.look(10);

        // Then
        assertThat(world.candidateShare()).isEqualTo(10);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void itCountsInThePreflightAndWhileAnApprovalIsAwaited() {
        // Given
        Plans plans = new Plans();
        plans.approvedWeight = 25;
        World preparing = World.preparing();
        World awaiting = World.preparing(plans);
        awaiting.lookUntil(RolloutState.AwaitingApproval.class);
        order(preparing, "1-v2#1");
        order(awaiting, "1-v2#1");

        // When
        preparing.look();
        awaiting.look();

        // Then
        assertThat(preparing.told("Promoting")).hasSize(1);
        assertThat(awaiting.told("Promoting")).hasSize(1);
        assertThat(preparing.told("Promoting").getFirst()).doesNotEndWith("of ");
    }

    @Test
    void whileItGoesBackOrNothingIsAdoptedItWaits() {
        // Given
        World back = World.at(10);
        back.writesFail = true;
        back.verdict = new Verdict.Fail("worse");
        back.look();
        order(back, "1-v2#1");
        World fresh = new World();
        fresh.noRoutes = true;
        order(fresh, "1-v2#1");

        // When
        back.look(3);
        fresh.look(3);

        // Then
        assertThat(back.told("CommandIgnored")).isEmpty();
        assertThat(back.rollout.consumed()).isEmpty();
        assertThat(fresh.told("CommandIgnored")).isEmpty();
        assertThat(fresh.rollout.consumed()).isEmpty();
    }

    @Test
    void atRestThereIsNothingToPromote() {
        // Given
        World world = World.idle();
        order(world, "1-v1#0");

        // When
        world.look(3);

        // Then
        assertThat(world.told("CommandIgnored")).hasSize(1);
        assertThat(world.told("CommandIgnored").getFirst())
                .contains("only the revision and attempt that are being rolled out can be promoted");
    }

    @Test
    void noApprovalIsAskedForAnyMore() {
        // Given
        Plans plans = new Plans();
        plans.approvedWeight = 25;
        World world = World.preparing(plans);
        world.lookUntil(RolloutState.AwaitingApproval.class);
        order(world, "1-v2#1");

        // When
        world.look(2);

        // Then
        assertThat(world.rollout.state()).isNotInstanceOf(RolloutState.AwaitingApproval.class);
        assertThat(world.candidateShare()).isGreaterThanOrEqualTo(25);
    }
}
