package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Modes in which nothing is written. */
class HandsOffTest {
    @Test
    void whoObservesSaysWhatWouldBeDone() {
        // Given
        World world = World.at(25);
        world.mode = Mode.Observe;
        world.verdict = new Verdict.Fail("worse");

        // When
        Decision decision = world.look();
        world.look(10);

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(world.rollout.condemned()).isEmpty();
        assertThat(decision.rationale().reason()).isEqualTo("Observe");
        assertThat(decision.rationale().message()).isEqualTo("spec.mode is Observe, nothing is written; else: worse");
    }

    @Test
    void whatWasObservedIsCarriedOutWhenItMayBe() {
        // Given
        World world = World.at(25);
        world.mode = Mode.Observe;
        world.verdict = new Verdict.Fail("worse");
        world.look(3);
        world.mode = Mode.Active;

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.state()).isInstanceOf(RollingBack.class);
    }

    @Test
    void nothingStartsWhileItIsObserved() {
        // Given
        World world = World.idle();
        world.mode = Mode.Observe;
        world.push(World.V2);

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(decision.rationale().message()).endsWith("else: Rolling out 1-v2 of mcp-b, attempt 1");
    }

    @Test
    void aCommandCountsWhenItCanBeCarriedOut() {
        // Given
        World world = World.at(25);
        world.mode = Mode.Observe;
        world.commands.add(Command.parse(Kind.Abort, "1-v2#1"));
        world.look(3);
        int consumed = world.rollout.consumed().size();
        world.mode = Mode.Active;

        // When
        world.look();

        // Then
        assertThat(consumed).isZero();
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void anUnmanagedRolloutForgetsItsSlotsAndKeepsWhatWasCondemned() {
        // Given
        World world = World.at(25);
        world.rollout = world.rollout.condemning(World.V3);
        world.mode = Mode.Unmanaged;
        world.verdict = new Verdict.Fail("worse");

        // When
        Decision decision = world.look();
        world.look(5);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Initializing.class);
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(world.rollout.condemned()).containsExactly(World.V3);
        assertThat(decision.rationale().reason()).isEqualTo("Unmanaged");
        assertThat(world.told("Unmanaged")).hasSize(1);
    }

    @Test
    void afterwardsTheRouteIsAdoptedAsItIs() {
        // Given
        World world = World.at(25);
        world.mode = Mode.Unmanaged;
        world.look();
        world.routeB = 100;
        world.look();
        world.mode = Mode.Active;

        // When
        world.lookUntil(Idle.class);
        world.look(5);

        // Then
        assertThat(world.rollout.stable()).isEqualTo(Slot.B);
        assertThat(world.routeB).isEqualTo(100);
        assertThat(world.rules).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Mode.class,
            names = {"Observe", "Unmanaged"})
    void aResourceThatIsDeletedGoesWithoutAWrite(Mode mode) {
        // Given
        World world = World.at(25);
        world.mode = mode;
        world.deleting = true;

        // When
        world.look();

        // Then
        assertThat(world.dropped).isTrue();
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void aCandidateThatCameMeanwhileStartsByRetryOnly() {
        // Given
        World world = World.idle();
        world.mode = Mode.Unmanaged;
        world.look();
        world.push(World.V2);
        world.mode = Mode.Active;
        world.look(3);
        RolloutState settled = world.rollout.state();
        world.commands.add(Command.parse(Kind.Retry, "1-v2#0"));

        // When
        world.look();

        // Then
        assertThat(settled).isInstanceOf(Idle.class);
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    @Test
    void whileItIsObservedClocksGoOnButStepsDoNot() {
        // Given
        World world = World.at(25);
        world.mode = Mode.Observe;
        Stepping before = (Stepping) world.rollout.state();

        // When
        world.look(200);

        // Then
        Stepping after = (Stepping) world.rollout.state();
        assertThat(after.step()).isEqualTo(before.step());
        assertThat(after.clock()).isNotEqualTo(before.clock());
        assertThat(world.told).isEqualTo(world.told.stream().distinct().toList());
    }

    @Test
    void slotsAreAdoptedWhileItIsObserved() {
        // Given
        World world = new World();
        world.mode = Mode.Observe;

        // When
        world.look(5);

        // Then
        assertThat(world.rollout.state()).isNotInstanceOf(RolloutState.Initializing.class);
        assertThat(world.rules).isEmpty();
    }

    @Test
    void whoWasNeverManagedIsToldNothing() {
        // Given
        World world = new World();
        world.mode = Mode.Unmanaged;

        // When
        world.look(3);

        // Then
        assertThat(world.told("Unmanaged")).isEmpty();
        assertThat(world.rollout.state()).isEqualTo(RolloutState.Initializing.BLANK);
    }
}
