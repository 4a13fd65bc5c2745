package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The McpRollout is being deleted: an attempt goes back first, what is promoted stays. */
class DeletionTest {
    @ParameterizedTest
    @ValueSource(ints = {10, 100})
    void deletionReturnsTrafficBeforeTheResourceGoes(int percent) {
        // Given
        World world = World.at(percent);
        world.deleting = true;

        // When
        world.look();
        int share = world.candidateShare();
        boolean early = world.released;
        Decision decision = world.look();

        // Then
        assertThat(share).isZero();
        assertThat(early).isFalse();
        assertThat(world.released).isTrue();
        assertThat(decision.rationale().message()).isEqualTo("All traffic is on stable again.");
        assertThat(world.told("Deleted")).containsExactly("Going back to 100/0: the McpRollout is being deleted");
    }

    @Test
    void deletionInThePreflightTakesTheProbeRulesAway() {
        // Given
        World world = World.preparing();
        world.deleting = true;

        // When
        world.look(2);

        // Then
        assertThat(world.released).isTrue();
        assertThat(world.rules).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"AwaitingGit", "Draining", "Returning"})
    void aPromotedCandidateKeepsItsTrafficWhenTheResourceGoes(String phase) {
        // Given
        World world = World.releasing();
        Plans plans = new Plans();
        plans.promotion = phase.equals("AwaitingGit") ? Promotion.Git : Promotion.Replace;
        world.desired = plans.accepted();
        world.interval = Duration.ofSeconds(2);
        world.copiesFail = true;
        world.lookUntil(phase);
        world.deleting = true;

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.released).isTrue();
        assertThat(world.candidateShare()).isEqualTo(100);
        assertThat(decision.rationale().message())
                .isEqualTo("The candidate is promoted; its traffic stays where it is.");
    }
}
