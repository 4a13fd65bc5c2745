package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.AwaitingApproval;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Steps that wait for a person's word. */
class ApprovalTest {
    private static World awaiting(int weight) {
        Plans plans = new Plans();
        plans.approvedWeight = weight;
        World world = World.preparing(plans);
        world.lookUntil(AwaitingApproval.class);
        return world;
    }

    private static void approve(World world, String text) {
        world.commands.add(Command.parse(Kind.Approve, text));
    }

    @ParameterizedTest
    @CsvSource({"10, 0, 1", "25, 10, 2", "100, 50, 4"})
    void theStepBeforeIsHeldUntilItIsApproved(int weight, int held, int step) {
        // Given
        World world = awaiting(weight);
        Decision waiting = world.look();
        world.look(100);
        int share = world.candidateShare();
        approve(world, "1-v2#1/" + step);

        // When
        world.look();

        // Then
        assertThat(waiting.rationale().message())
                .isEqualTo("step " + step + " (" + weight + " %) waits for an approval: annotate"
                        + " mcprollout.io/approve=1-v2#1/" + step);
        assertThat(waiting.rationale().then()).isEqualTo("rolled back as not approved");
        assertThat(share).isEqualTo(held);
        assertThat(world.candidateShare()).isEqualTo(weight);
    }

    @Test
    void aSecondClickApprovesNothingMore() {
        // Given
        World world = awaiting(25);
        approve(world, "1-v2#1/2");
        approve(world, "1-v2#1/2");

        // When
        world.look(2);

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(world.rollout.consumed()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-v2#0/2", "1-v2#2/2", "1-v1#1/2", "1-v2#1/1"})
    void anApprovalOfSomethingElseIsToldOnceAndDoesNothing(String text) {
        // Given
        World world = awaiting(25);
        approve(world, text);

        // When
        world.look(3);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(AwaitingApproval.class);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void anEarlyApprovalCountsWhenItsStepWaits() {
        // Given
        Plans plans = new Plans();
        plans.approvedWeight = 50;
        World world = World.preparing(plans);
        approve(world, "1-v2#1/3");

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.told("CommandIgnored")).isEmpty();
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0);
    }

    @Test
    void whatNobodyApprovesGoesBack() {
        // Given
        World world = awaiting(25);
        world.now = world.now.plus(Duration.ofHours(1));

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(((RolledBack) world.rollout.state()).cause()).isEqualTo(Cause.NotApproved);
    }

    @Test
    void whatIsWorseGoesBackThoughItIsApproved() {
        // Given
        World world = awaiting(25);
        approve(world, "1-v2#1/2");
        world.verdict = new Verdict.Fail("worse");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void anApprovalDoesNotReplaceEvidence() {
        // Given
        World world = awaiting(25);
        approve(world, "1-v2#1/2");
        world.verdict = new Verdict.Inconclusive("more");
        world.look(5);
        int share = world.candidateShare();
        world.verdict = new Verdict.Pass();

        // When
        world.look();

        // Then
        assertThat(share).isEqualTo(10);
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void whilePausedItWaits() {
        // Given
        World world = awaiting(25);
        world.mode = Mode.Paused;
        approve(world, "1-v2#1/2");
        world.look(3);
        int share = world.candidateShare();
        world.mode = Mode.Active;

        // When
        world.look();

        // Then
        assertThat(share).isEqualTo(10);
        assertThat(world.candidateShare()).isEqualTo(25);
    }
}
