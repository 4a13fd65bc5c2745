package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.traffic.Slot;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Promotion by changing roles. */
class SwapTest {
    private static World swapped() {
        Plans plans = new Plans();
        plans.promotion = Promotion.Swap;
        World world = World.preparing(plans);
        world.lookUntil(Promoted.class);
        world.look();
        return world;
    }

    @Test
    void onlyTheRolesChange() {
        // When
        World world = swapped();

        // Then
        assertThat(world.rollout.stable()).isEqualTo(Slot.B);
        assertThat(world.routeB).isEqualTo(100);
        assertThat(world.rules).isEmpty();
        assertThat(world.revisions)
                .containsEntry(Slot.A, Optional.of(World.V1))
                .containsEntry(Slot.B, Optional.of(World.V2));
    }

    @Test
    void theOldVersionStartsNoRollout() {
        // Given
        World world = swapped();

        // When
        world.look(20);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Promoted.class);
        assertThat(world.routeB).isEqualTo(100);
    }

    @Test
    void theNextReleaseGoesIntoTheOtherSlotAndBack() {
        // Given
        World world = swapped();
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.look();
        Run run = world.run();
        world.lookUntil(Promoted.class);

        // Then
        assertThat(run.stable()).isEqualTo(Slot.B);
        assertThat(world.rollout.stable()).isEqualTo(Slot.A);
        assertThat(world.routeB).isZero();
    }

    @Test
    void whoSendsUsersToTheRetiredSlotIsUndone() {
        // Given
        World world = swapped();
        world.routeB = 0;

        // When
        world.look();

        // Then
        assertThat(world.routeB).isEqualTo(100);
        assertThat(world.told("Drift")).hasSize(1);
    }

    @Test
    void aNewTemplateOfTheStableSlotIsToldOnceAndStartsNothing() {
        // Given
        World world = swapped();
        world.revisions.put(Slot.B, Optional.of(World.V3));

        // When
        world.look();
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Promoted.class);
        assertThat(world.told("StableChangedWithoutRollout"))
                .containsExactly(
                        "mcp-b, which is stable, got 1-v3 without a rollout: all users have it and nothing compared it");
        assertThat(decision.rationale().reason()).isEqualTo("StableChangedWithoutRollout");
    }

    @Test
    void theNextRolloutIsComparedWithWhatStableHasThen() {
        // Given
        World world = swapped();
        world.revisions.put(Slot.B, Optional.of(World.V3));
        world.look(2);
        world.revisions.put(Slot.A, Optional.of(World.V2));

        // When
        world.lookUntil(Preparing.class);

        // Then
        assertThat(world.run().cohort().stable()).isEqualTo(World.V3);
    }
}
