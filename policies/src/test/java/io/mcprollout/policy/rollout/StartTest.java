package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When an attempt begins, and what a resting rollout says it waits for. */
class StartTest {
    @Test
    void aChangedTemplateOfTheCandidateStartsAnAttempt() {
        // Given
        World world = World.releasing();
        var startedAt = world.now;

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.run())
                .isEqualTo(new Run(
                        new Plans().plan(),
                        new Cohort(World.V1, World.V2),
                        1,
                        0,
                        new PinId(Slot.A, 0),
                        new PinId(Slot.B, 1),
                        startedAt,
                        2));
        assertThat(decision.rationale())
                .isEqualTo(Decision.Rationale.of("Started", "Rolling out 1-v2 of mcp-b, attempt 1"));
        assertThat(world.told("Started")).containsExactly("Rolling out 1-v2 of mcp-b, attempt 1");
        assertThat(world.shares).containsExactly(0);
    }

    @Test
    void evidenceThatBeginsAnewForTheSameRevisionIsCounted() {
        // Given
        World world = World.at(10);
        world.revisions.put(Slot.A, Optional.of(World.V3));
        world.lookUntil(Preparing.class);
        int second = world.run().restart();
        world.revisions.put(Slot.A, Optional.of(World.V1));

        // When
        world.lookUntil(Idle.class);
        world.lookUntil(Preparing.class);

        // Then
        assertThat(second).isEqualTo(1);
        assertThat(world.run().restart()).isEqualTo(2);
        assertThat(world.run().attempt()).isEqualTo(3);
        assertThat(world.run().candidatePin()).isEqualTo(new PinId(Slot.B, 3));
    }

    @Test
    void aCandidateThatAppearedWithStablesTemplateIsNotReleasedWhenStableChanges() {
        // Given
        World world = new World();
        world.revisions.put(Slot.B, Optional.empty());
        world.lookUntil(Idle.class);
        world.revisions.put(Slot.B, Optional.of(World.V1));
        world.look();
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.look(10);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(world.rollout.attempt()).isZero();
    }

    @Test
    void nothingStartsAfterAPromotion() {
        // Given
        World world = World.releasing();
        world.lookUntil(Promoted.class);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.next().state()).isInstanceOf(Promoted.class);
        assertThat(decision.rationale().reason()).isEqualTo("UpToDate");
        assertThat(decision.rationale().message())
                .startsWith("mcp-b is the same as stable; change its template to release; until ");
    }

    @Test
    void aChangeOfStableAloneStartsNothing() {
        // Given
        World world = World.releasing();
        world.lookUntil(Promoted.class);
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.next().state()).isInstanceOf(Promoted.class);
        assertThat(decision.rationale().reason()).isEqualTo("StableChangedWithoutRollout");
        assertThat(decision.rationale().message())
                .contains("; mcp-b has not changed; change its template, or to roll out what it has annotate"
                        + " mcprollout.io/retry=1-v2#1");
    }

    @Test
    void aCandidateThatGetsWhatStableHasStartsNothing() {
        // Given
        World world = World.idle();
        world.revisions.put(Slot.A, Optional.of(World.V2));
        world.push(World.V2);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.next().state()).isInstanceOf(Idle.class);
        assertThat(decision.rationale().message())
                .endsWith("mcp-b is the same as stable; change its template to release");
    }

    @Test
    void whatWasRolledBackStartsOnlyByARetry() {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Fail("search failed 6 of 6");
        world.lookUntil(RolledBack.class);
        world.verdict = new Verdict.Pass();

        // When
        world.look(10);
        Decision decision = world.look();

        // Then
        assertThat(decision.next().state()).isInstanceOf(RolledBack.class);
        assertThat(decision.rationale().reason()).isEqualTo("Condemned");
        assertThat(decision.rationale().message())
                .isEqualTo("1-v2 was rolled back: search failed 6 of 6; push another revision, or annotate"
                        + " mcprollout.io/retry=1-v2#1");
    }

    @Test
    void aCondemnedRevisionThatComesBackLaterStartsNothingEither() {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Fail("search failed 6 of 6");
        world.lookUntil(RolledBack.class);
        world.verdict = new Verdict.Pass();
        world.push(World.V3);
        world.lookUntil(Preparing.class);
        world.push(World.V2);

        // When
        world.lookUntil(Idle.class);
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("Condemned");
        assertThat(decision.rationale().message()).startsWith("1-v2 was rolled back; push another revision");
    }

    @Test
    void aFixPushedAfterAFailureIsRolledOut() {
        // Given
        World world = World.at(25);
        world.verdict = new Verdict.Fail("worse");
        world.lookUntil(RolledBack.class);
        world.verdict = new Verdict.Pass();
        world.push(World.V3);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(((Promoted) world.rollout.state()).revision()).isEqualTo(World.V3);
    }

    @Test
    void withoutACandidateThereIsNothingToRelease() {
        // Given
        World world = World.idle();
        world.revisions.put(Slot.B, Optional.empty());

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("NoCandidate");
        assertThat(decision.rationale().message())
                .isEqualTo("the next release is the Deployment mcp-b, which does not exist");
        assertThat(decision.rationale().then()).isEqualTo("looked at again whenever something changes");
    }

    static Stream<Arguments> obstacles() {
        return Stream.of(
                obstacle("Paused", "a new revision waits until spec.mode is Active", world -> world.mode = Mode.Paused),
                obstacle(
                        "NoCandidate",
                        "a new revision waits until mcp-b has replicas",
                        world -> world.wanted.put(Slot.B, 0)),
                obstacle(
                        "StableNotReady",
                        "a new revision waits until mcp-a has ready pods of one template only",
                        world -> world.rolling.put(Slot.A, true)),
                obstacle(
                        "Invalid",
                        "spec.steps: are missing; spec.policy: is unknown",
                        world -> world.desired = new Desired.Refused(
                                "Invalid", List.of("spec.steps: are missing", "spec.policy: is unknown"))));
    }

    private static Arguments obstacle(String reason, String message, Consumer<World> obstacle) {
        return Arguments.of(reason, message, obstacle);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("obstacles")
    void aNewRevisionWaitsForWhatIsMissingAndThenStarts(String reason, String message, Consumer<World> obstacle) {
        // Given
        World world = World.releasing();
        obstacle.accept(world);

        // When
        Decision waiting = world.look();
        mend(world);
        world.look();

        // Then
        assertThat(waiting.next().state()).isInstanceOf(Idle.class);
        assertThat(waiting.rationale().reason()).isEqualTo(reason);
        assertThat(waiting.rationale().message()).isEqualTo(message);
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    private static void mend(World world) {
        world.mode = Mode.Active;
        world.wanted.put(Slot.B, 2);
        world.rolling.put(Slot.A, false);
        world.desired = new Plans().accepted();
    }

    @Test
    void aSingleReplicaIsEnoughToStart() {
        // Given
        World world = World.releasing();
        world.wanted.put(Slot.B, 1);
        world.ready.put(Slot.B, 0);

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    @Test
    void aRestingResourceGoesAtOnceWhenItIsDeleted() {
        // Given
        World world = World.releasing();
        world.deleting = true;

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.released).isTrue();
        assertThat(decision.rationale().message()).isEqualTo("Nothing is being rolled out.");
    }

    @Test
    void aRevisionIsKnownByItsHash() {
        // Given
        World world = World.releasing();
        world.look();
        world.push(new Revision("1-v2"));

        // When
        world.look(5);

        // Then
        assertThat(world.rollout.attempt()).isEqualTo(1);
    }

    @Test
    void aControllerThatHashesInAnotherWayStartsNothing() {
        // Given
        World world = World.idle();
        world.rollout = world.rollout.settled(Slot.B, Optional.of(World.V2));
        world.revisions.put(Slot.A, Optional.of(new Revision("2-v1")));
        world.revisions.put(Slot.B, Optional.of(new Revision("2-v2")));

        // When
        world.look(3);
        RolloutState upgraded = world.rollout.state();
        world.push(new Revision("2-v3"));
        world.look();

        // Then
        assertThat(upgraded).isInstanceOf(RolloutState.Idle.class);
        assertThat(world.run().revision()).isEqualTo(new Revision("2-v3"));
        assertThat(world.told("StableChangedWithoutRollout")).isEmpty();
    }
}
