package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Only legal transitions can be made. */
class RolloutStateTest {
    private static Stepping step(int index) {
        Run run = World.preparing().run();
        return new Stepping(run, index, StepClock.start(World.START), true, Instant.EPOCH);
    }

    @Test
    void thereIsNoStepAfterTheLast() {
        // Given
        Stepping last = step(3);

        // When / Then
        assertThatThrownBy(() -> last.advance(World.START))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("there is no step after the last");
    }

    @Test
    void onlyTheLastStepCanBePromoted() {
        // Given
        Stepping before = step(2);

        // When / Then
        assertThatThrownBy(() -> before.drain(World.START))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("only a candidate that has everything can be promoted");
        assertThatThrownBy(() -> before.awaitGit(World.START))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("only a candidate that has everything can be promoted");
    }

    @Test
    void everyPhaseOfAReleaseHasItsName() {
        // Given
        World world = new World();
        List<String> phases = new ArrayList<>(List.of(world.rollout.state().phase()));

        // When
        while (phases.size() < 12 && !(world.rollout.state() instanceof Promoted)) {
            world.lookUntilChange();
            phases.add(world.rollout.state().phase());
            world.ready.put(Slot.A, phases.getLast().equals("Returning") ? 1 : 2);
            world.push(World.V2);
        }

        // Then
        assertThat(phases)
                .containsExactly(
                        "Initializing",
                        "Idle",
                        "Preparing",
                        "Stepping 0",
                        "Stepping 1",
                        "Stepping 2",
                        "Stepping 3",
                        "Draining",
                        "Returning",
                        "Returning copied",
                        "Returning copied moved",
                        "Promoted");
    }

    @Test
    void whatReturnsKeepsItsTrafficAndProbesUntilItMoves() {
        // Given
        var returning = step(3).drain(World.START).returning(World.START);

        // When
        var moved = returning.move(World.START);

        // Then
        assertThat(returning.traffic()).isEqualTo(returning.run().traffic(Weight.ALL));
        assertThat(returning.weight()).isEqualTo(Weight.ALL);
        assertThat(moved.traffic()).isEqualTo(new TrafficPlan(Split.allStable(Slot.A), Set.of()));
        assertThat(moved.weight()).isEqualTo(Weight.NONE);
    }
}
