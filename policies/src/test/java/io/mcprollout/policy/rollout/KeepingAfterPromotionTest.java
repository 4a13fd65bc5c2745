package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Draining;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions keep their version before and after each kind of promotion. */
class KeepingAfterPromotionTest {
    private static final Duration QUIET = Duration.ofMinutes(5);
    private static final Pin A = new Pin(new PinId(Slot.A, 0), Set.of("aaa"), false);
    private static final Pin B = new Pin(new PinId(Slot.B, 1), Set.of("bbb"), false);
    private static final Sessions OF_B = new Sessions(Map.of(Slot.B, B), Optional.empty());
    private static final Sessions AFTER_SWAP = new Sessions(Map.of(Slot.A, A, Slot.B, B), Optional.of(Slot.A));

    private static World releasing(Plans plans) {
        World world = World.releasing();
        world.desired = plans.accepted();
        world.tags.put(Slot.A, Set.of("aaa"));
        world.tags.put(Slot.B, Set.of("bbb"));
        world.probes =
                new Probes(10, true, "", Optional.of(new PinTest.Passed(World.START, PinTest.Way.SERVER_MINTED, 40)));
        return world;
    }

    private static void quiet(World world, Slot slot) {
        world.quiet.put(slot, world.now);
        world.now = world.now.plus(QUIET);
    }

    private static List<String> told(World world) {
        return world.told.stream().map(Effect.Announce::reason).toList();
    }

    @Test
    void beforeStableGetsTheTemplateItsSessionsEnd() {
        // Given
        World world = releasing(new Plans());
        world.lookUntil(Draining.class);
        world.look(60);
        boolean waited = world.rollout.state() instanceof Draining;
        quiet(world, Slot.A);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(waited).isTrue();
        assertThat(world.kept).isEqualTo(OF_B);
        assertThat(told(world)).containsSubsequence("Proved", "Drained", "Returning", "Promoted");
    }

    @Test
    void nothingIsAwaitedOfAVersionWithoutSessions() {
        // Given
        World world = releasing(new Plans());
        world.probes = new Probes(10, false, "");
        world.lookUntil(Draining.class);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.rollout.drain()).isEmpty();
        assertThat(world.kept).isEqualTo(Sessions.NONE);
    }

    @Test
    void afterASwapTheOldVersionKeepsItsSessionsAndThoseWithoutATag() {
        // Given
        Plans plans = new Plans();
        plans.promotion = Promotion.Swap;
        World world = releasing(plans);

        // When
        world.lookUntil(Promoted.class);
        world.look(2);

        // Then
        assertThat(world.rollout.stable()).isEqualTo(Slot.B);
        assertThat(world.kept).isEqualTo(AFTER_SWAP);
    }

    @Test
    void aCommitThatComesBeforeTheyAreOverIsTold() {
        // Given
        Plans plans = new Plans();
        plans.promotion = Promotion.Git;
        World world = releasing(plans);
        world.lookUntil(AwaitingGit.class);
        Decision decision = world.look();
        world.revisions.put(Slot.A, Optional.of(World.V2));

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(decision.rationale().message()).contains("when its sessions are over, at the latest at ");
        assertThat(told(world)).contains("DrainInterrupted");
    }

    @ParameterizedTest
    @EnumSource(Promotion.class)
    void everyPromotionLeavesTheRouteAsItWasOnceTheSessionsAreOver(Promotion mode) {
        // Given
        Plans plans = new Plans();
        plans.promotion = mode;
        World world = releasing(plans);
        world.lookUntil(mode == Promotion.Git ? AwaitingGit.class : Stepping.class);
        for (int i = 0; i < 4000 && !(world.rollout.state() instanceof Promoted); i++) {
            world.quiet.put(Slot.A, world.now.minus(QUIET));
            world.revisions.computeIfPresent(
                    Slot.A, (slot, old) -> world.rollout.state() instanceof AwaitingGit ? Optional.of(World.V2) : old);
            world.look();
        }

        // When
        world.quiet.put(Slot.B, world.now);
        world.now = world.now.plus(QUIET);
        world.look(3);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Promoted.class);
        assertThat(world.kept).isEqualTo(Sessions.NONE);
        assertThat(world.rules).isEmpty();
    }
}
