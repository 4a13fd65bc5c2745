package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands count once, and only for the revision and the attempt they name. */
class OrdersTest {
    private static World rolledBack() {
        World world = World.at(10);
        world.verdict = new Verdict.Fail("worse");
        world.lookUntil(RolledBack.class);
        world.verdict = new Verdict.Pass();
        return world;
    }

    private static World goingBack(int percent) {
        World world = World.at(percent);
        world.writesFail = true;
        world.verdict = new Verdict.Fail("worse");
        world.look();
        return world;
    }

    private static void order(World world, Kind kind, String text) {
        world.commands.add(Command.parse(kind, text));
    }

    @Test
    void anAbortGoesBackAndCondemns() {
        // Given
        World world = World.at(25);
        order(world, Kind.Abort, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.condemned()).containsExactly(World.V2);
        assertThat(world.told("Aborted")).containsExactly("Going back to 100/0: 1-v2 was aborted by command");
    }

    @Test
    void anAbortInThePreflightCountsToo() {
        // Given
        World world = World.preparing();
        order(world, Kind.Abort, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.rollout.condemned()).containsExactly(World.V2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-v2#0", "1-v2#2", "1-v1#1", "1-v3#1"})
    void anAbortOfAnotherAttemptOrRevisionIsReportedOnceAndDoesNothing(String text) {
        // Given
        World world = World.at(25);
        order(world, Kind.Abort, text);

        // When
        world.look(2);

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(world.told("CommandIgnored"))
                .containsExactly("Abort " + text
                        + " had no effect: only the revision and attempt that are being rolled out can be aborted.");
    }

    @Test
    void whileNothingIsRolledOutThereIsNothingToAbort() {
        // Given
        World world = World.idle();
        order(world, Kind.Abort, "1-v1#0");

        // When
        world.look(2);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void anAbortThatComesWhileGoingBackChangesNothingAndIsNotRefusedEither() {
        // Given
        World world = goingBack(50);
        order(world, Kind.Abort, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(RollingBack.class);
        assertThat(world.rollout.consumed()).isEmpty();
        assertThat(world.told("CommandIgnored")).isEmpty();
    }

    @Test
    void aPromotedRevisionThatReturnsToStableCannotBeAborted() {
        // Given
        World world = World.releasing();
        world.copiesFail = true;
        world.lookUntil(Returning.class);
        order(world, Kind.Abort, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Returning.class);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void aRetryPardonsAndCountsOnce() {
        // Given
        World world = rolledBack();
        order(world, Kind.Retry, "1-v2#1");
        world.lookUntil(Preparing.class);
        boolean condemned = world.rollout.isCondemned(World.V2);
        world.verdict = new Verdict.Fail("worse");

        // When
        world.lookUntil(RolledBack.class);
        world.look(2);

        // Then
        assertThat(condemned).isFalse();
        assertThat(world.rollout.attempt()).isEqualTo(2);
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
        assertThat(world.told("CommandIgnored")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-v2#0", "1-v2#2", "1-v1#1", "1-v3#1"})
    void aRetryOfAnotherAttemptOrRevisionIsReportedOnceAndDoesNothing(String text) {
        // Given
        World world = rolledBack();
        order(world, Kind.Retry, text);

        // When
        world.look(2);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
        assertThat(world.told("CommandIgnored"))
                .containsExactly("Retry " + text + " had no effect: only the candidate's present revision can be"
                        + " retried, with the number of the last attempt, while nothing is rolled out.");
    }

    @Test
    void whatStableRunsCannotBeRetried() {
        // Given
        World world = World.idle();
        order(world, Kind.Retry, "1-v1#0");

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void whatIsBeingRolledOutCannotBeRetried() {
        // Given
        World world = World.at(25);
        order(world, Kind.Retry, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(world.rollout.attempt()).isEqualTo(1);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void aRetryThatComesWhileGoingBackCountsAfterwards() {
        // Given
        World world = goingBack(25);
        order(world, Kind.Retry, "1-v2#1");
        world.look();
        world.writesFail = false;
        world.verdict = new Verdict.Pass();

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.rollout.attempt()).isEqualTo(2);
        assertThat(world.told("CommandIgnored")).isEmpty();
    }

    @Test
    void aRetryThatComesBeforeTheSlotsAreAdoptedCountsAfterwards() {
        // Given
        World world = new World();
        world.push(World.V2);
        world.routeUnreadable = true;
        order(world, Kind.Retry, "1-v2#0");
        world.look();
        world.routeUnreadable = false;

        // When
        world.look(2);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
        assertThat(world.told("CommandIgnored")).isEmpty();
    }

    @Test
    void aRetryWaitsUntilAnAttemptCanBegin() {
        // Given
        World world = rolledBack();
        world.mode = Mode.Paused;
        order(world, Kind.Retry, "1-v2#1");
        world.look();
        RolloutState paused = world.rollout.state();
        world.mode = Mode.Active;

        // When
        world.look();

        // Then
        assertThat(paused).isInstanceOf(RolledBack.class);
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    @Test
    void whoAbortsWhatIsPromotedIsToldOfUndo() {
        // Given
        World promoted = World.releasing();
        promoted.lookUntil(Promoted.class);
        World idle = World.idle();
        order(promoted, Kind.Abort, "1-v2#1");
        order(idle, Kind.Abort, "1-v1#0");

        // When
        promoted.look();
        idle.look();

        // Then
        assertThat(promoted.told("CommandIgnored").getFirst()).endsWith("; what is promoted is taken back by undo.");
        assertThat(idle.told("CommandIgnored").getFirst()).doesNotContain("undo");
    }

    @Test
    void anUndoOfAnotherRevisionWhileStableTakesOverIsRefused() {
        // Given
        World world = World.releasing();
        world.copiesFail = true;
        world.lookUntil(Returning.class);
        order(world, Kind.Undo, "1-v3#1");

        // When
        world.look(2);

        // Then
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void anApprovalOfAStepThatIsTakenIsRefusedAndOneOfALaterStepWaits(int step) {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Inconclusive("more");
        order(world, Kind.Approve, "1-v2#1/" + step);

        // When
        world.look(3);

        // Then
        assertThat(world.told("CommandIgnored")).hasSize(step == 1 ? 1 : 0);
        assertThat(world.candidateShare()).isEqualTo(10);
    }
}
