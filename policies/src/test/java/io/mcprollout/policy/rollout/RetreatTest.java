package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every reason to go back; what goes back is at 100/0 in the same look. */
class RetreatTest {
    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50, 100})
    void aWorseCandidateGoesBackAtEveryStep(int percent) {
        // Given
        World world = World.at(percent);
        world.verdict = new Verdict.Fail("search failed 6 of 6");

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
        assertThat(decision.rationale().reason()).isEqualTo("CanaryWorse");
        assertThat(decision.rationale().message()).isEqualTo("search failed 6 of 6");
        assertThat(decision.rationale().then()).isEqualTo("written again until the routes are seen at 100/0");
    }

    @Test
    void aWorseCandidateNeverGetsWeightInThePreflight() {
        // Given
        World world = World.releasing();
        world.verdict = new Verdict.Fail("search failed 6 of 6");

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(world.shares).containsExactly(0);
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void aRollbackNeedsNeitherSpecNorStableNorAnUntouchedRoute() {
        // Given
        World world = World.at(50);
        world.desired = new Desired.Refused("Invalid", List.of("spec.steps: are gone"));
        world.ready.put(Slot.A, 0);
        world.routeOdd = true;
        world.verdict = new Verdict.Fail("worse");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void aNewRevisionTakesTheWeightAwayAndStartsOver() {
        // Given
        World world = World.at(25);
        world.push(World.V3);

        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Preparing.class);

        // Then
        assertThat(share).isZero();
        assertThat(world.run().revision()).isEqualTo(World.V3);
        assertThat(world.rollout.condemned()).isEmpty();
        assertThat(world.told("Superseded"))
                .containsExactly("Going back to 100/0: mcp-b now has the newer revision 1-v3");
    }

    @Test
    void aRevisionPushedAtTheLastMomentIsNotPromoted() {
        // Given
        World world = World.at(100);
        world.push(World.V3);

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V1));
    }

    @Test
    void aDeletedCandidateGoesBack() {
        // Given
        World world = World.at(25);
        world.revisions.put(Slot.B, Optional.empty());

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("Superseded")).containsExactly("Going back to 100/0: mcp-b is gone");
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50})
    void stableChangedMeansTheWeightIsWithdrawnAndItStartsOver(int percent) {
        // Given
        World world = World.at(percent);
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Preparing.class);

        // Then
        assertThat(share).isZero();
        assertThat(world.run().cohort().stable()).isEqualTo(World.V3);
        assertThat(world.told("StableChanged"))
                .containsExactly(
                        "Going back to 100/0: the template of mcp-a changed, so there is nothing to compare with");
    }

    @Test
    void stableChangedInThePreflightStartsOverToo() {
        // Given
        World world = World.preparing();
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.lookUntil(Idle.class);
        world.lookUntil(Preparing.class);

        // Then
        assertThat(world.run().cohort().stable()).isEqualTo(World.V3);
    }

    @Test
    void duringTheBakeAChangeOfStableKeepsTheTrafficWhereItIs() {
        // Given
        World world = World.at(100);
        world.revisions.put(Slot.A, Optional.of(World.V3));

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void aRollbackIsOnlyOverWhenTheRouteIsSeenBack() {
        // Given
        World world = World.at(50);
        world.writesFail = true;
        world.verdict = new Verdict.Fail("worse");
        world.look(10);
        RolloutState meanwhile = world.rollout.state();
        world.writesFail = false;

        // When
        world.look(2);

        // Then
        assertThat(meanwhile).isInstanceOf(RollingBack.class);
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
        assertThat(world.rollout.condemned()).containsExactly(World.V2);
    }

    @Test
    void nothingTurnsARollbackIntoAnAdvance() {
        // Given
        World world = World.at(50);
        world.writesFail = true;
        world.verdict = new Verdict.Fail("worse");
        world.look();
        world.verdict = new Verdict.Pass();
        world.push(World.V3);
        world.writesFail = false;

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 0, 10, 25, 50, 100, 0);
        assertThat(world.rollout.condemned()).containsExactly(World.V2);
    }
}
