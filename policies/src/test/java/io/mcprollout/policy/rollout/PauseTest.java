package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time that does not count: the controller was away, or spec.mode is Paused. */
class PauseTest {
    @Test
    void aPauseOfTheControllerIsNotAHeldStep() {
        // Given
        World world = World.at(10);
        world.now = world.now.plus(Duration.ofHours(1));

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isEqualTo(10);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whilePausedNoTimePassesForHoldsAndDeadlines(boolean rollsBack) {
        // Given
        Plans plans = new Plans();
        plans.onInconclusive = rollsBack ? DeadlineAction.Rollback : DeadlineAction.Hold;
        World world = World.preparing(plans);
        world.lookUntilShare(25);
        StepClock before = ((Stepping) world.rollout.state()).clock();
        world.mode = Mode.Paused;

        // When
        world.look(720);
        Decision decision = world.look();
        StepClock after = ((Stepping) world.rollout.state()).clock();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("Paused");
        assertThat(after)
                .isEqualTo(
                        new StepClock(world.now.minus(world.interval), before.held(), before.silent(), before.ticks()));
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void whilePausedItStillGoesBack() {
        // Given
        World world = World.at(25);
        world.mode = Mode.Paused;
        world.look(100);
        world.verdict = new Verdict.Fail("worse");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void anApprovalThatIsLateWhilePausedWaitsForNoTime() {
        // Given
        Plans plans = new Plans();
        plans.approvedWeight = 25;
        World world = World.preparing(plans);
        world.lookUntil(RolloutState.AwaitingApproval.class);
        world.mode = Mode.Paused;
        world.now = world.now.plus(Duration.ofHours(2));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.next().state()).isInstanceOf(RolloutState.AwaitingApproval.class);
        assertThat(decision.rationale().until()).isEmpty();
        assertThat(decision.rationale().then())
                .isEqualTo("rolled back as not approved when spec.mode is Active, unless it is approved");
    }
}
