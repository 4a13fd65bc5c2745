package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.SlotView.Scaler;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A share needs pods: a step waits for them or has them made, and nobody is blamed for too few. */
class CapacityTest {
    private static final Scaler HPA = new Scaler("HorizontalPodAutoscaler hpa", true, "hpa may shrink stable");

    /** Ten pods of stable, a candidate of so many. */
    private static World world(int candidate, Capacity capacity) {
        World world = World.releasing();
        Plans plans = new Plans();
        plans.capacity = capacity;
        world.desired = plans.accepted();
        size(world, Slot.A, 10);
        size(world, Slot.B, candidate);
        return world;
    }

    private static void size(World world, Slot slot, int pods) {
        world.wanted.put(slot, pods);
        world.ready.put(slot, pods);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10, 1, 1",
        "25, 10, 1, 3",
        "25, 10, 1.2, 3",
        "30, 10, 1.1, 4",
        "50, 10, 1.2, 6",
        "100, 3, 1, 3",
        "10, 1, 1, 1",
        "50, 10, 0, 0"
    })
    void aShareNeedsItsPartOfStablesPods(int share, int stable, double headroom, int expected) {
        // When
        int needed = new Capacity(headroom, false).needed(new Weight(share), stable);

        // Then
        assertThat(needed).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 10.1, Double.NaN})
    void headroomIsAFactor(double headroom) {
        // When / Then
        assertThatThrownBy(() -> new Capacity(headroom, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("headroom must be 0..10 but is " + headroom);
    }

    @Test
    void aStepWaitsForThePodsItNeedsAndSaysHowMany() {
        // Given
        World world = world(1, Capacity.USUAL);
        world.lookUntilShare(10);

        // When
        world.look(2000);
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale())
                .isEqualTo(new Decision.Rationale(
                        "CanaryUndersized",
                        "mcp-b has 1 ready pods, but 25 % of new sessions needs 3, for stable had 10 at the start; scale it"
                                + " to 3, or set spec.capacity.scale: Follow",
                        Optional.empty(),
                        "goes on when the candidate has so many ready pods"));
        assertThat(world.shares).containsExactly(0, 10);
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void itGoesOnWhenSomebodyHasScaledIt() {
        // Given
        World world = world(1, Capacity.USUAL);
        world.lookUntil("CanaryUndersized");
        size(world, Slot.B, 10);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(world.wanted).containsEntry(Slot.B, 10);
    }

    @Test
    void withFollowItIsScaledBeforeEachStepAndBackAfterwards() {
        // Given
        World world = world(2, new Capacity(1, true));
        world.lookUntilShare(100);
        int whenBaking = world.wanted.getOrDefault(Slot.B, 0);

        // When
        world.lookUntil(Promoted.class);
        int atFirst = world.wanted.getOrDefault(Slot.B, 0);
        world.look(20);

        // Then
        assertThat(whenBaking).isEqualTo(10);
        assertThat(atFirst).isEqualTo(10);
        assertThat(world.wanted).containsEntry(Slot.B, 2);
        assertThat(world.rollout.isToScaleDown()).isFalse();
        assertThat(world.told("Scaling"))
                .containsExactly("mcp-b is scaled from 2 to 3 pods, and back after the rollout");
    }

    @Test
    void withFollowItIsScaledBackAfterARollback() {
        // Given
        World world = world(1, new Capacity(1, true));
        world.lookUntilShare(50);
        world.verdict = new Verdict.Fail("failed 9 of 20");

        // When
        world.lookUntil(RolledBack.class);
        world.look(20);

        // Then
        assertThat(world.wanted).containsEntry(Slot.B, 1);
    }

    @Test
    void whatAnAutoscalerOwnsIsNotScaled() {
        // Given
        World world = world(1, new Capacity(1, true));
        world.scalers.put(Slot.B, HPA);

        // When
        Decision decision = world.lookUntil("CanaryUndersized");
        world.look(100);

        // Then
        assertThat(world.wanted).containsEntry(Slot.B, 1);
        assertThat(decision.rationale().message()).endsWith("make HorizontalPodAutoscaler hpa keep at least 3");
    }

    @Test
    void pausedScalesNothing() {
        // Given
        World world = world(1, new Capacity(1, true));
        world.lookUntilShare(10);
        size(world, Slot.B, 1);
        world.mode = Mode.Paused;

        // When
        world.look(100);

        // Then
        assertThat(world.wanted).containsEntry(Slot.B, 1);
    }

    @Test
    void worseAnswersOfTooFewPodsTakeTheTrafficAndCondemnNothing() {
        // Given
        World world = world(10, Capacity.USUAL);
        world.lookUntilShare(50);
        size(world, Slot.B, 4);
        world.verdict = new Verdict.Fail("failed 9 of 20");

        // When
        world.look();
        Decision blocked = world.lookUntil(Blocked.class);

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("CanaryUndersized"))
                .containsExactly(
                        "Going back to 100/0: answers were worse, but mcp-b has 4 ready pods where 50 % needs 5");
        assertThat(blocked.rationale().reason()).isEqualTo("CanaryUndersized");
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void aRollbackOntoFewerPodsIsWrittenAtOnceAndSaid() {
        // Given
        World world = world(10, Capacity.USUAL);
        world.scalers.put(Slot.A, HPA);
        world.lookUntilShare(50);
        size(world, Slot.A, 2);
        world.verdict = new Verdict.Fail("failed 9 of 20");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("StableMayShrink")).containsExactly("hpa may shrink stable");
        assertThat(world.told("StableUndersized"))
                .containsExactly("All traffic returns all the same: mcp-a has 2 ready pods, 10 when the rollout began");
    }

    @Test
    void sessionsReturnToStableWhenItHasPodsForThem() {
        // Given
        World world = world(10, Capacity.USUAL);
        world.lookUntilShare(100);
        size(world, Slot.A, 3);

        // When
        Decision waiting = world.lookUntil("StableUndersized");
        int meanwhile = world.candidateShare();
        size(world, Slot.A, 10);
        world.lookUntil(Promoted.class);

        // Then
        assertThat(waiting.rationale().message())
                .isEqualTo("mcp-a has 3 ready pods, too few for all sessions; scale it to 10");
        assertThat(meanwhile).isEqualTo(100);
    }

    @Test
    void aScaleThatFailsIsAskedForAgain() {
        // Given
        World world = world(1, new Capacity(1, true));
        world.scalesFail = true;
        world.lookUntilShare(10);
        world.look(10);
        world.scalesFail = false;

        // When
        world.lookUntil(Promoted.class);
        world.scalesFail = true;
        world.now = world.now.plus(Duration.ofMinutes(1));
        world.look(5);
        boolean open = world.rollout.isToScaleDown();
        world.scalesFail = false;
        world.look(5);

        // Then
        assertThat(open).isTrue();
        assertThat(world.wanted).containsEntry(Slot.B, 1);
        assertThat(List.of(world.rollout.isToScaleDown())).containsExactly(false);
    }
}
