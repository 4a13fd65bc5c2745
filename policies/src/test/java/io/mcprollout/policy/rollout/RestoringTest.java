package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes in between while the version before a promotion is restored: V1 into the candidate's slot, while stable runs V2. */
class RestoringTest {
    /** The template is not there yet. */
    private static World restoring() {
        Plans plans = new Plans();
        plans.promotion = Promotion.Replace;
        World world = World.preparing(plans);
        world.lookUntil(Promoted.class);
        world.copiesFail = true;
        world.commands.add(Command.parse(Kind.Undo, "1-v2#1"));
        world.look();
        return world;
    }

    /** All new sessions go to the candidate's slot. */
    private static World lifted() {
        World world = restoring();
        world.copiesFail = false;
        for (int i = 0; i < 5 && world.candidateShare() < 100; i++) {
            world.look();
        }
        assertThat(world.rollout.state()).isInstanceOf(Restoring.class);
        return world;
    }

    private static Cause cause(Decision decision) {
        return ((RollingBack) decision.next().state()).cause();
    }

    @Test
    void itIsAFirstStartOfTheVersionBeforeInAnAttemptOfItsOwn() {
        // When
        World world = restoring();

        // Then
        assertThat(world.run().revision()).isEqualTo(World.V1);
        assertThat(world.run().cohort().stable()).isEqualTo(World.V2);
        assertThat(world.run().attempt()).isEqualTo(2);
        assertThat(world.run().restart()).isZero();
    }

    @Test
    void whileTheTemplateIsAwaitedItSaysUntilWhenAndWhatThen() {
        // Given
        World world = restoring();

        // When
        Decision waiting = world.look();

        // Then
        assertThat(waiting.rationale().reason()).isEqualTo("Undoing");
        assertThat(waiting.rationale().message()).isEqualTo("undoing 1-v2: the template of 1-v1 goes into mcp-b");
        assertThat(waiting.rationale().until()).isPresent();
        assertThat(waiting.rationale().until().orElseThrow()).isAfter(world.now);
        assertThat(waiting.rationale().then()).isEqualTo("given up: no ReplicaSet holds it");
    }

    @Test
    void whilePodsAreAwaitedItSaysWhatForAndNoEnd() {
        // Given
        World world = restoring();
        world.copiesFail = false;
        world.ready.put(Slot.B, 1);
        world.look(2);

        // When
        Decision waiting = world.look();

        // Then
        assertThat(waiting.rationale().until()).isEmpty();
        assertThat(waiting.rationale().then()).isEqualTo("mcp-b gets all new sessions when its pods are ready");
    }

    @Test
    void podsOfTwoTemplatesTakeNoSessions() {
        // Given
        World world = restoring();
        world.copiesFail = false;
        world.rolling.put(Slot.B, true);

        // When
        world.look(10);

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.state()).isInstanceOf(Restoring.class);
    }

    @Test
    void itIsBackOnlyWhenEveryRouteShowsIt() {
        // Given
        World world = restoring();
        world.copiesFail = false;
        world.look();
        world.writesFail = true;
        world.look(5);
        Decision waiting = world.look();

        // When
        world.writesFail = false;
        world.look(3);

        // Then
        assertThat(waiting.next().state()).isInstanceOf(Restoring.class);
        assertThat(waiting.rationale().message()).isEqualTo("undoing 1-v2: new sessions go to the version before");
        assertThat(world.rollout.state()).isNotInstanceOf(Restoring.class);
    }

    @Test
    void aRouteThatCannotBeReadShowsNothing() {
        // Given
        World world = restoring();
        world.copiesFail = false;
        world.look(2);
        world.routeUnreadable = true;

        // When
        world.look(5);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Restoring.class);
    }

    @Test
    void aDeletionTakesStableAsItIs() {
        // Given
        World world = restoring();
        world.deleting = true;

        // When
        Decision decision = world.look();

        // Then
        assertThat(cause(decision)).isEqualTo(Cause.Deleted);
        assertThat(world.rollout.isCondemned(World.V1)).isFalse();
    }

    @Test
    void anotherTemplateBeforeItIsThereEndsIt() {
        // Given
        World world = restoring();
        world.push(World.V3);

        // When
        Decision decision = world.look();

        // Then
        assertThat(cause(decision)).isEqualTo(Cause.Superseded);
        assertThat(decision.rationale().message()).isEqualTo("mcp-b got another template meanwhile");
    }

    /* One that is new, or that is taken back. */
    @ParameterizedTest
    @ValueSource(strings = {"1-v3", "1-v2"})
    void anotherTemplateOnceItHasTheSessionsEndsIt(String template) {
        // Given
        World world = lifted();
        world.push(new Revision(template));

        // When
        Decision decision = world.look();

        // Then
        assertThat(cause(decision)).isEqualTo(Cause.Superseded);
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void aSlotWithoutAReadyPodGivesTheSessionsBack() {
        // Given
        World world = lifted();
        world.ready.put(Slot.B, 0);

        // When
        Decision decision = world.look();

        // Then
        assertThat(cause(decision)).isEqualTo(Cause.UndoImpossible);
        assertThat(decision.rationale().message()).isEqualTo("no pod of mcp-b is ready");
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void onePodOfTwoKeepsTheSessions() {
        // Given
        World world = lifted();
        world.ready.put(Slot.B, 1);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.next().state()).isNotInstanceOf(RollingBack.class);
    }

    @Test
    void theTemplateIsAwaitedForAsLongAsIsSaid() {
        // Given
        World world = restoring();
        Duration left =
                Duration.between(world.now, world.look().rationale().until().orElseThrow());

        // When
        world.look((int) left.dividedBy(world.interval) - 1);
        RolloutState before = world.rollout.state();
        world.look(3);

        // Then
        assertThat(before).isInstanceOf(Restoring.class);
        assertThat(world.rollout.state()).isNotInstanceOf(Restoring.class);
        assertThat(world.revisions).containsEntry(Slot.B, Optional.of(World.V2));
    }

    @Test
    void afterASwapPodsOfTwoTemplatesAreNoVersionBefore() {
        // Given
        Plans plans = new Plans();
        plans.promotion = Promotion.Swap;
        World world = World.preparing(plans);
        world.lookUntil(Promoted.class);
        world.rolling.put(Slot.A, true);
        world.commands.add(Command.parse(Kind.Undo, "1-v2#1"));

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Restoring.class);
        assertThat(world.routeB).isEqualTo(100);
    }
}
