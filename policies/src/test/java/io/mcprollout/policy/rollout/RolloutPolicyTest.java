package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whole releases from end to end. */
class RolloutPolicyTest {
    @Test
    void aGoodReleaseGoesThroughEveryStepAndIsPromoted() {
        // Given
        World world = World.releasing();

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V2));
        assertThat(world.rules).isEmpty();
        assertThat(world.rollout.stable()).isEqualTo(Slot.A);
    }

    @Test
    void aReleaseTakesItsHoldsAndLittleMore() {
        // Given
        World world = World.releasing();
        var begun = world.now;

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(Duration.between(begun, world.now))
                .isBetween(Duration.ofSeconds(5 * 30), Duration.ofSeconds(5 * 30 + 30));
    }

    @Test
    void theNextReleaseIsComparedWithTheOneBefore() {
        // Given
        World world = World.releasing();
        world.lookUntil(Promoted.class);
        world.push(World.V3);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(((Promoted) world.rollout.state()).revision()).isEqualTo(World.V3);
        assertThat(world.rollout.attempt()).isEqualTo(2);
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0, 10, 25, 50, 100, 0);
    }

    @Test
    void whereTheSecondSlotIsStableTheFirstIsTheCandidate() {
        // Given
        World world = new World();
        world.routeB = 100;
        world.look();
        world.revisions.put(Slot.A, Optional.of(World.V2));

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(world.revisions).containsEntry(Slot.B, Optional.of(World.V2));
        assertThat(world.routeB).isEqualTo(100);
    }
}
