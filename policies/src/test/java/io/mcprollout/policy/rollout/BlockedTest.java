package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.Decision.Pacing;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The cluster, not the version, keeps the candidate from running: nothing is condemned, and it goes on by itself. */
class BlockedTest {
    private static World blocked() {
        World world = World.preparing();
        world.ready.put(Slot.B, 0);
        happens(world, Kind.IMAGE_PULL);
        world.look();
        return world;
    }

    private static void happens(World world, Kind kind) {
        world.facts.put(Slot.B, List.of(World.fact(kind, world.now)));
    }

    @Test
    void anImageThatCannotBePulledBlocks() {
        // Given
        World world = blocked();

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Blocked.class);
        assertThat(world.told("CanaryDisrupted")).containsExactly("mcp-b-1 container app exited with code 1");
        assertThat(decision.rationale().reason()).isEqualTo("CanaryDisrupted");
        assertThat(decision.rationale().message()).isEqualTo("mcp-b-1 container app exited with code 1");
        assertThat(decision.rationale().then()).isEqualTo("goes on by itself when the candidate's pods are ready");
        assertThat(decision.act()).isEqualTo(Act.HOLD);
        assertThat(decision.pacing()).isEqualTo(Pacing.NONE);
    }

    @Test
    void goesOnByItself() {
        // Given
        World world = blocked();
        world.ready.put(Slot.B, 2);
        world.facts.put(Slot.B, List.of());

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.told("Resumed")).containsExactly("Pods of mcp-b are ready again");
        assertThat(world.rollout.condemned()).isEmpty();
        assertThat(world.rollout.attempt()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"0, true, true", "0, false, true", "1, true, true", "1, false, false"})
    void goesOnWithOnePodAsSoonAsNothingIsInTheWay(int ready, boolean trouble, boolean stays) {
        // Given
        World world = blocked();
        world.ready.put(Slot.B, ready);
        happens(world, trouble ? Kind.UNSCHEDULABLE : Kind.DISRUPTED);

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(stays ? Blocked.class : Preparing.class);
    }

    @Test
    void aPodWithoutANodeBlocksNothingWhileAnotherIsReady() {
        // Given
        World world = World.preparing();
        world.ready.put(Slot.B, 1);
        happens(world, Kind.UNSCHEDULABLE);

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
        assertThat(decision.rationale().message())
                .isEqualTo("mcp-b-1 container app exited with code 1; mcp-b has 1 of 2 pods ready");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DISRUPTED", "NODE_TROUBLE"})
    void whatPassesByItselfIsAwaitedInThePreflight(Kind weather) {
        // Given
        World world = World.preparing();
        world.ready.put(Slot.B, 0);
        happens(world, weather);

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
        assertThat(decision.rationale().reason()).isEqualTo("CanaryDisrupted");
        assertThat(decision.rationale().message())
                .isEqualTo("mcp-b-1 container app exited with code 1; mcp-b has 0 of 2 pods ready");
    }

    @Test
    void whenNoPodIsReadyAtAStepTheWeightGoesFirstAndNothingIsCondemned() {
        // Given
        World world = World.at(25);
        world.ready.put(Slot.B, 0);
        happens(world, Kind.DISRUPTED);

        // When
        world.look();
        int share = world.candidateShare();
        Decision back = world.look();

        // Then
        assertThat(share).isZero();
        assertThat(world.told("CanaryDisrupted"))
                .containsExactly(
                        "Going back to 100/0: no pod of mcp-b is ready: mcp-b-1 container app exited with code 1");
        assertThat(back.next().state()).isInstanceOf(Blocked.class);
        assertThat(back.act()).isEqualTo(Act.LEAVE);
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void afterTheWeatherTheSameAttemptGoesOn() {
        // Given
        World world = World.at(25);
        world.ready.put(Slot.B, 0);
        world.lookUntil(Blocked.class);
        world.ready.put(Slot.B, 2);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.rollout.attempt()).isEqualTo(1);
        assertThat(world.told("CanaryDisrupted")).containsExactly("Going back to 100/0: no pod of mcp-b is ready");
        assertThat(world.shares).containsExactly(0, 10, 25, 0, 10, 25, 50, 100, 0);
    }
}
