package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Draining;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How stable gets what was proved, and its traffic back. */
class ReturnTest {
    private static World releasing(Promotion promotion) {
        World world = World.releasing();
        Plans plans = new Plans();
        plans.promotion = promotion;
        world.desired = plans.accepted();
        return world;
    }

    @ParameterizedTest
    @CsvSource({
        "Auto, true, AwaitingGit",
        "Auto, false, Draining",
        "Git, false, AwaitingGit",
        "Git, true, AwaitingGit",
        "Replace, true, Draining",
        "Replace, false, Draining",
    })
    void gitGetsTheTemplateByACommitAndTheRestByACopy(Promotion promotion, boolean gitManaged, String phase) {
        // Given
        World world = releasing(promotion);
        world.gitManaged = gitManaged;

        // When
        world.lookUntil(phase);

        // Then
        assertThat(world.rollout.state().phase()).isEqualTo(phase);
        assertThat(world.told("Proved")).containsExactly("1-v2 has proved itself at 100 %");
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void gitPromotionSaysWhatToCommitAndWaitsForIt() {
        // Given
        World world = releasing(Promotion.Git);
        Decision waiting = world.lookUntil(AwaitingGit.class);
        world.look(1000);
        RolloutState later = world.rollout.state();
        world.revisions.put(Slot.A, Optional.of(World.V2));

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(waiting.rationale().message())
                .isEqualTo("All traffic is on mcp-b. Commit its pod template to mcp-a; traffic returns there when it"
                        + " runs 1-v2.");
        assertThat(waiting.rationale().then()).isEqualTo("a commit to stable ends this");
        assertThat(later).isInstanceOf(AwaitingGit.class);
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void beforeTheCopyTheLastRequestsOnStableGetFiveSeconds() {
        // Given
        World world = releasing(Promotion.Replace);
        world.interval = Duration.ofSeconds(1);
        world.lookUntil(Draining.class);
        Instant begun = world.now.minusSeconds(1);

        // When
        Decision draining = world.look();
        Decision copying = world.lookUntil("Returning");

        // Then
        assertThat(draining.rationale().reason()).isEqualTo("Draining");
        assertThat(draining.rationale().message()).isEqualTo("the last requests on mcp-a end");
        assertThat(draining.rationale().until()).contains(begun.plusSeconds(5));
        assertThat(draining.rationale().then()).isEqualTo("its template is replaced");
        assertThat(world.now.minusSeconds(1)).isEqualTo(begun.plusSeconds(5));
        assertThat(copying.effects()).contains(new Effect.CopyTemplate(Slot.B, Slot.A, World.V2));
        assertThat(copying.rationale().message()).isEqualTo("the promoted template is copied to mcp-a");
        assertThat(copying.rationale().then())
                .isEqualTo("traffic returns to stable when its pods are ready and answer probes");
    }

    @Test
    void aPausedDrainReplacesNothing() {
        // Given
        World world = releasing(Promotion.Replace);
        world.lookUntil(Draining.class);
        world.mode = Mode.Paused;
        world.look(100);
        Decision paused = world.look();
        var stable = world.revisions.get(Slot.A);
        world.mode = Mode.Active;

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(paused.rationale())
                .isEqualTo(new Decision.Rationale(
                        "Paused", "the drain is paused", Optional.empty(), "goes on when spec.mode is Active"));
        assertThat(stable).contains(World.V1);
    }

    @Test
    void aWorseCandidateStillGoesBackWhileStableDrains() {
        // Given
        World world = releasing(Promotion.Replace);
        world.lookUntil(Draining.class);
        world.verdict = new Verdict.Fail("worse");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V1));
    }

    @Test
    void aChangeOfStableDoesNotStopThePromotion() {
        // Given
        World world = releasing(Promotion.Replace);
        world.lookUntil(Draining.class);
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V2));
        assertThat(world.told("StableChanged")).isEmpty();
    }

    @Test
    void anotherCommitToStableWhileGitIsAwaitedEndsNothing() {
        // Given
        World world = releasing(Promotion.Git);
        world.lookUntil(AwaitingGit.class);
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.look(3);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(AwaitingGit.class);
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void aCopyThatDoesNotSucceedIsTriedAgain() {
        // Given
        World world = releasing(Promotion.Replace);
        world.copiesFail = true;
        world.lookUntil(Returning.class);
        world.look(5);
        int share = world.candidateShare();
        world.copiesFail = false;

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(share).isEqualTo(100);
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V2));
    }

    @Test
    void aRevisionThatIsPushedWhileTheCopyIsRefusedGetsNoTraffic() {
        // Given
        World world = releasing(Promotion.Replace);
        world.copiesFail = true;
        world.lookUntil(Returning.class);
        world.push(World.V3);
        world.copiesFail = false;

        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Preparing.class);

        // Then
        assertThat(share).isZero();
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V1));
        assertThat(world.run().revision()).isEqualTo(World.V3);
    }

    @Test
    void afterwardsBothSlotsHaveSettledOnWhatWasPromoted() {
        // Given
        World world = releasing(Promotion.Replace);

        // When
        Decision decision = world.lookUntil(Promoted.class);

        // Then
        assertThat(world.rollout.memory(Slot.A))
                .isEqualTo(new SlotMemory(
                        Optional.of(World.V2), 0, Optional.empty(), "mcp-a", Optional.empty(), Set.of(), false));
        assertThat(world.rollout.memory(Slot.B))
                .isEqualTo(new SlotMemory(
                        Optional.of(World.V2), 1, Optional.empty(), "mcp-b", Optional.empty(), Set.of(), false));
        assertThat(world.told("Promoted")).isEqualTo(List.of("1-v2 is stable"));
        assertThat(decision.rationale()).isEqualTo(Decision.Rationale.of("Promoted", "1-v2 is stable"));
        assertThat(world.rules).isEmpty();
    }
}
