package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Taking a promotion back. */
class UndoTest {
    private static World promoted(Promotion promotion) {
        Plans plans = new Plans();
        plans.promotion = promotion;
        World world = World.preparing(plans);
        world.lookUntil(Promoted.class);
        world.look(3);
        world.shares.clear();
        return world;
    }

    private static void order(World world, String text) {
        world.commands.add(Command.parse(Kind.Undo, text));
    }

    @Test
    void afterASwapOneWriteIsEnough() {
        // Given
        World world = promoted(Promotion.Swap);
        order(world, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.routeB).isZero();
        assertThat(world.rollout.stable()).isEqualTo(Slot.A);
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
        assertThat(world.lookUntil(RolledBack.class).rationale().reason()).isEqualTo("Undone");
    }

    @Test
    void whatIsBeingDeletedIsNotUndone() {
        // Given
        World world = promoted(Promotion.Replace);
        world.revisions.put(Slot.B, Optional.of(World.V1));
        world.deleting = true;
        order(world, "1-v2#1");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.released).isTrue();
    }

    @Test
    void anUndoneRevisionDoesNotStartAgain() {
        // Given
        World world = promoted(Promotion.Swap);
        order(world, "1-v2#1");

        // When
        world.look(50);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
        assertThat(world.rollout.attempt()).isEqualTo(1);
        assertThat(world.routeB).isZero();
    }

    @Test
    void aRetiredSlotThatIsNotReadyTakesOverWhenItIs() {
        // Given
        World world = promoted(Promotion.Swap);
        world.ready.put(Slot.A, 0);
        order(world, "1-v2#1");
        world.look(10);
        int before = world.routeB;
        world.ready.put(Slot.A, 2);

        // When
        world.look(2);

        // Then
        assertThat(before).isEqualTo(100);
        assertThat(world.routeB).isZero();
    }

    @Test
    void afterAReplaceTheTemplateOfThePreviousReplicaSetTakesOver() {
        // Given
        World world = promoted(Promotion.Replace);
        order(world, "1-v2#1");

        // When
        Decision decision = world.look();
        world.lookUntil(Promoted.class);

        // Then
        assertThat(decision.next().state()).isInstanceOf(Restoring.class);
        assertThat(decision.next().isCondemned(World.V2)).isTrue();
        assertThat(world.shares).containsExactly(0, 100, 0);
        assertThat(world.revisions)
                .containsEntry(Slot.A, Optional.of(World.V1))
                .containsEntry(Slot.B, Optional.of(World.V1));
        assertThat(world.rollout.attempt()).isEqualTo(2);
    }

    @Test
    void itWaitsUntilTheCandidatesSlotCanTakeAllSessions() {
        // Given
        World world = promoted(Promotion.Replace);
        world.ready.put(Slot.B, 1);
        order(world, "1-v2#1");
        world.look(20);
        int share = world.candidateShare();
        Decision waiting = world.look();
        world.ready.put(Slot.B, 2);

        // When
        world.look(2);

        // Then
        assertThat(share).isZero();
        assertThat(waiting.rationale().message())
                .isEqualTo("undoing 1-v2: 1 of the 2 pods are ready that mcp-b needs to take all new sessions");
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void aTemplateThatIsNotToBeHadEndsIt() {
        // Given
        World world = promoted(Promotion.Replace);
        world.copiesFail = true;
        order(world, "1-v2#1");

        // When
        Decision decision = world.lookUntil(Idle.class);

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("UndoImpossible");
        assertThat(decision.rationale().message()).contains("no ReplicaSet of mcp-a holds the template of 1-v1");
        assertThat(world.shares).containsExactly(0);
    }

    @Test
    void aRevisionPushedMeanwhileIsNotOverwritten() {
        // Given
        World world = promoted(Promotion.Replace);
        world.copiesFail = true;
        order(world, "1-v2#1");
        world.look();
        world.push(World.V3);
        world.copiesFail = false;

        // When
        world.look(3);

        // Then
        assertThat(world.revisions).containsEntry(Slot.B, Optional.of(World.V3));
        assertThat(world.candidateShare()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1-v1#1", "1-v2#0", "1-v2#2"})
    void onlyWhatWasPromotedLastCanBeUndone(String text) {
        // Given
        World world = promoted(Promotion.Swap);
        order(world, text);

        // When
        world.look(5);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Promoted.class);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource(
            value = Promotion.class,
            names = {"Swap", "Replace"})
    void whatIsKeptForADayIsKeptForADay(Promotion promotion) {
        // Given
        World world = promoted(promotion);
        Decision offered = world.look();
        world.now = world.now.plus(Duration.ofHours(25));
        Decision later = world.look();
        order(world, "1-v2#1");

        // When
        world.look(5);

        // Then
        assertThat(offered.rationale().message()).contains("annotate mcprollout.io/undo=1-v2#1 to take 1-v2 back");
        assertThat(later.rationale().message()).doesNotContain("undo");
        assertThat(world.rollout.state()).isInstanceOf(Promoted.class);
        assertThat(world.told("CommandIgnored").getFirst()).contains("could be undone until");
    }

    @Test
    void theVersionBeforeThatWasCondemnedDoesNotComeBack() {
        // Given
        World world = promoted(Promotion.Swap);
        world.rollout = world.rollout.condemning(World.V1);
        order(world, "1-v2#1");

        // When
        world.look(5);

        // Then
        assertThat(world.routeB).isEqualTo(100);
        assertThat(world.told("CommandIgnored").getFirst()).contains("1-v1, is condemned");
    }

    @Test
    void anUndoThatComesWhileStableTakesOverCountsAfterwards() {
        // Given
        World world = World.releasing();
        world.copiesFail = true;
        world.lookUntil(RolloutState.Returning.class);
        order(world, "1-v2#1");
        world.look(2);
        world.copiesFail = false;

        // When
        world.lookUntil(Restoring.class);

        // Then
        assertThat(world.told("CommandIgnored")).isEqualTo(List.of());
    }

    @Test
    void anUndoneUndoIsNoCommand() {
        // Given
        World world = promoted(Promotion.Replace);
        order(world, "1-v2#1");
        world.lookUntil(Restoring.class);
        world.commands.add(Command.parse(Kind.Abort, "1-v1#2"));

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.rollout.isCondemned(World.V1)).isFalse();
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }
}
