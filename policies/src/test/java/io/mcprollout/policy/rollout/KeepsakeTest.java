package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.Slot;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What outlives the loss of a resource's status. */
class KeepsakeTest {
    private static final Map<Slot, String> DEPLOYMENTS = Map.of(Slot.A, "mcp-a", Slot.B, "mcp-b");

    @Test
    void whoIsStableWhatWasCondemnedAndWhichCommandsCounted() {
        // Given
        World world = World.at(10);
        world.commands.add(Command.parse(Command.Kind.Abort, "1-v2#1"));
        world.lookUntil(RolledBack.class);

        // When
        Keepsake kept = world.rollout.keepsake();

        // Then
        assertThat(kept.stable()).contains("mcp-a");
        assertThat(kept.attempt()).isEqualTo(1);
        assertThat(kept.incarnations()).containsOnlyKeys("mcp-a", "mcp-b");
        assertThat(kept.incarnations().get("mcp-b")).isPositive();
        assertThat(kept.condemned()).containsExactly(World.V2);
        assertThat(kept.consumed()).containsExactly(Command.parse(Command.Kind.Abort, "1-v2#1"));
    }

    @Test
    void afterASwapTheOtherDeploymentIsStable() {
        // Given
        Plans plans = new Plans();
        plans.promotion = Promotion.Swap;
        World world = World.preparing(plans);
        world.lookUntil(Promoted.class);

        // When
        Keepsake kept = world.rollout.keepsake();

        // Then
        assertThat(kept.stable()).contains("mcp-b");
        assertThat(world.rollout.deployment(Slot.A)).isEqualTo("mcp-a");
        assertThat(world.rollout.deployment(Slot.B)).isEqualTo("mcp-b");
    }

    @Test
    void beforeTheSlotsAreAdoptedNothingIsKnownOfThem() {
        // When
        Keepsake kept = Rollout.NEW.keepsake();

        // Then
        assertThat(kept.stable()).isEmpty();
        assertThat(kept.incarnations()).isEmpty();
    }

    @Test
    void whatWasKeptIsKeptAgainBeforeItIsAdopted() {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Fail("worse");
        world.lookUntil(RolledBack.class);
        Keepsake kept = world.rollout.keepsake();

        // When
        Rollout fresh = Rollout.from(kept, DEPLOYMENTS);

        // Then
        assertThat(fresh.keepsake()).isEqualTo(kept);
        assertThat(fresh.run()).isEmpty();
    }

    @Test
    void whoIsUnmanagedForgetsTheNamesButNotTheIncarnations() {
        // Given
        World world = World.at(10);
        int before = world.rollout.memory(Slot.B).incarnation();
        world.mode = Mode.Unmanaged;

        // When
        world.look();

        // Then
        assertThat(before).isPositive();
        assertThat(world.rollout.memory(Slot.B).incarnation()).isEqualTo(before);
        assertThat(world.rollout.deployment(Slot.B)).isEmpty();
        assertThat(world.rollout.keepsake().stable()).isEqualTo(Optional.empty());
        assertThat(world.told("Unmanaged")).hasSize(1);
    }

    @Test
    void excusesThatLastTenSecondsLongerAreWorthSaving() {
        // Given
        World world = World.at(10);
        RolloutState.Stepping calm = (RolloutState.Stepping) world.rollout.state();

        // When
        Rollout less = world.rollout.in(rough(calm, world, 9));
        Rollout more = world.rollout.in(rough(calm, world, 10));
        Rollout base = world.rollout.in(rough(calm, world, 0));

        // Then
        assertThat(less.isRougherThan(base)).isFalse();
        assertThat(more.isRougherThan(base)).isTrue();
        assertThat(base.isRougherThan(more)).isFalse();
        assertThat(base.isRougherThan(World.idle().rollout)).isTrue();
    }

    private static RolloutState rough(RolloutState.Stepping step, World world, int seconds) {
        return new RolloutState.Stepping(
                step.run(), step.step(), step.clock(), step.seen(), world.now.plusSeconds(seconds));
    }

    @Test
    void aStepThatWasSeenIsAnotherMoment() {
        // Given
        World world = World.at(10);
        RolloutState.Stepping seen = (RolloutState.Stepping) world.rollout.state();

        // When
        Rollout unseen = world.rollout.in(
                new RolloutState.Stepping(seen.run(), seen.step(), seen.clock(), false, seen.roughUntil()));

        // Then
        assertThat(unseen.isSameMoment(world.rollout)).isFalse();
        assertThat(world.rollout.isSameMoment(unseen)).isFalse();
        assertThat(unseen.isSameMoment(unseen)).isTrue();
        assertThat(World.idle().rollout.isSameMoment(World.idle().rollout)).isTrue();
    }
}
