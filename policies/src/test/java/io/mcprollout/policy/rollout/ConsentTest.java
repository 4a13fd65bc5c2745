package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The owner of a route lets nobody manage it any more. */
class ConsentTest {
    @Test
    void nothingIsRaisedAndTheReasonIsSaid() {
        // Given
        World world = World.at(10);
        world.routeClosed = true;

        // When
        world.look(100);

        // Then
        Decision last = world.look();
        assertThat(world.candidateShare()).isEqualTo(10);
        assertThat(last.act()).isEqualTo(Act.LEAVE);
        assertThat(last.rationale().message()).contains("closed by its owner");
    }

    @Test
    void goesOnWhenItIsOpenAgain() {
        // Given
        World world = World.at(10);
        world.routeClosed = true;
        world.look(10);

        // When
        world.routeClosed = false;
        world.lookUntilShare(25);

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void goesBackAllTheSame() {
        // Given
        World world = World.at(25);
        world.routeClosed = true;
        world.verdict = new Verdict.Fail("worse");

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rules).isEmpty();
    }

    @Test
    void aDeletionGivesItBack() {
        // Given
        World world = World.at(25);
        world.routeClosed = true;
        world.deleting = true;

        // When
        world.look(5);

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.released).isTrue();
    }

    @Test
    void whatItsOwnerRaisesStays() {
        // Given
        World world = World.at(10);
        world.routeClosed = true;
        world.look();

        // When
        world.routeB = 40;
        world.look(3);

        // Then
        assertThat(world.candidateShare()).isEqualTo(40);
        assertThat(world.told("Drift")).isEmpty();
    }

    @Test
    void whileNothingIsRolledOutItIsNotPutBack() {
        // Given
        World world = World.idle();
        world.routeClosed = true;
        world.routeB = 30;

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.act()).isEqualTo(Act.LEAVE);
        assertThat(decision.rationale().reason()).isEqualTo("NamespaceNotAllowed");
        assertThat(decision.rationale().message()).isEqualTo("closed by its owner");
    }

    @Test
    void aRefusalSaysMoreThanThat() {
        // Given
        World world = World.idle();
        world.routeClosed = true;
        world.desired = new Desired.Refused("NamespaceNotAllowed", List.of("the field: closed by its owner"));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().message()).isEqualTo("the field: closed by its owner");
    }

    @Test
    void nothingBegins() {
        // Given
        World world = World.idle();
        world.routeClosed = true;
        world.push(World.V2);

        // When
        world.look(10);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(world.rollout.attempt()).isZero();
    }

    @Test
    void aPromotionReturnsTheTraffic() {
        // Given
        World world = World.releasing();
        Plans plans = new Plans();
        plans.promotion = Promotion.Git;
        world.desired = plans.accepted();
        world.lookUntil(AwaitingGit.class);
        world.routeClosed = true;
        Decision waiting = world.look();

        // When
        world.revisions.put(Slot.A, Optional.of(World.V2));
        world.lookUntil(Returning.class);
        world.lookUntil(Promoted.class);

        // Then
        assertThat(waiting.rationale().reason()).isEqualTo("AwaitingGit");
        assertThat(waiting.rationale().message()).endsWith("; closed by its owner");
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void anUndoWaitsWithWhatItRaises() {
        // Given
        World world = World.releasing();
        world.lookUntil(Promoted.class);
        world.commands.add(Command.of(Command.Kind.Undo, World.V2.hash(), world.rollout.attempt()));
        world.lookUntil(Restoring.class);
        world.routeClosed = true;

        // When
        world.look(5);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Restoring.class);
        assertThat(world.candidateShare()).isZero();
    }
}
