package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Somebody edits the weights by hand. Looks are five seconds apart. */
class DriftTest {
    @Test
    void aShareLoweredByHandIsAnAbort() {
        // Given
        World world = World.at(25);
        world.routeB = 24;

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(((RolledBack) world.rollout.state()).cause()).isEqualTo(Cause.LoweredByHand);
        assertThat(((RolledBack) world.rollout.state()).reason())
                .isEqualTo("somebody lowered the candidate's share on mcp-server/mcp from 25 % to 24 %");
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void whatAControllerLoweredItselfIsNoAbort() {
        // Given
        World world = World.at(25);
        world.otherRoutes.add(new RouteView.Seen("mcp-server/admin", Split.allStable(Slot.A), Set.of(), true));

        // When
        world.look();

        // Then
        assertThat(world.told("TakenBack"))
                .containsExactly("Going back to 100/0: a controller took the candidate's share on mcp-server/admin back"
                        + " from 25 % and ended before it could save why");
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void aControllerLowersToNothingOrNotAtAll() {
        // Given
        World world = World.at(25);
        world.otherRoutes.add(
                new RouteView.Seen("mcp-server/admin", new Split(Slot.A, new Weight(10)), Set.of(), true));

        // When
        world.look();

        // Then
        assertThat(world.told("LoweredByHand")).hasSize(1);
    }

    @Test
    void oneLoweredRouteIsEnough() {
        // Given
        World world = World.at(25);
        world.otherRoutes.add(new RouteView.Odd("mcp-server/admin", Weight.NONE, Set.of(), "a third destination"));

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("LoweredByHand"))
                .containsExactly("Going back to 100/0: somebody lowered the candidate's share on mcp-server/admin"
                        + " from 25 % to 0 %");
    }

    @Test
    void aRaiseThatIsNotWrittenYetIsNobodysLowering() {
        // Given
        World world = World.at(10);
        world.writesFail = true;
        world.lookUntil("Advanced");

        // When
        world.look(3);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(world.candidateShare()).isEqualTo(10);
    }

    @Test
    void aRouteThatIsGoneOrCannotBeReadIsNobodysLowering() {
        // Given
        World world = World.at(10);
        world.otherRoutes.add(new RouteView.Gone("mcp-server/admin"));
        world.otherRoutes.add(new RouteView.Unreadable("mcp-server/tools", "timeout"));

        // When
        world.look(3);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(world.candidateShare()).isEqualTo(10);
    }

    @Test
    void aShareRaisedByHandIsSetBackAtOnceAndReported() {
        // Given
        World world = World.at(25);
        world.routeB = 80;

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.act()).isEqualTo(Act.HOLD);
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(world.told("Drift"))
                .containsExactly("Somebody raised the candidate's share to 80 %; it is set back to 25 %");
    }

    @Test
    void aShareRaisedInThePreflightIsSetBackToo() {
        // Given
        World world = World.preparing();
        world.routeB = 1;

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("Drift")).hasSize(1);
    }

    @Test
    void whoFightsIsUndoneLessAndLessOften() {
        // Given
        World world = World.at(25);
        var begun = world.now;
        List<Long> undone = new ArrayList<>();

        // When
        for (int i = 0; i < 60; i++) {
            long second = Duration.between(begun, world.now).toSeconds();
            world.routeB = 80;
            world.look();
            if (world.candidateShare() == 25) {
                undone.add(second);
            }
        }

        // Then
        assertThat(undone).containsExactly(0L, 5L, 15L, 35L, 75L, 155L);
        assertThat(world.told("Drift")).hasSize(6);
        assertThat(world.told("Advanced")).hasSize(2);
    }

    @Test
    void nothingRisesUntilTheFightIsOver() {
        // Given
        World world = World.at(25);
        for (int i = 0; i < 16; i++) {
            world.routeB = 80;
            world.look();
        }
        world.routeB = 25;

        // When
        Decision during = world.look();
        world.look(14);
        int share = world.candidateShare();
        world.lookUntilShare(50);

        // Then
        assertThat(during.rationale().reason()).isEqualTo("Drift");
        assertThat(during.rationale().message())
                .isEqualTo("somebody else writes the weights; nothing is raised until they stop");
        assertThat(share).isEqualTo(25);
    }

    @Test
    void aNewAttemptBeginsWithoutTheOldFight() {
        // Given
        World world = World.at(25);
        for (int i = 0; i < 16; i++) {
            world.routeB = 80;
            world.look();
        }
        world.push(World.V3);

        // When
        world.lookUntil(RolloutState.Preparing.class);

        // Then
        assertThat(world.rollout.contest()).isEqualTo(Contest.NONE);
    }

    @Test
    void aRouteThatCannotBeManagedIsNotWrittenForwardAndTheOthersWait() {
        // Given
        World gone = World.at(25);
        gone.otherRoutes.add(new RouteView.Gone("mcp-server/admin"));
        World odd = World.at(25);
        odd.otherRoutes.add(new RouteView.Odd("mcp-server/admin", new Weight(25), Set.of(), "a third destination"));
        World unreadable = World.at(25);
        unreadable.otherRoutes.add(new RouteView.Unreadable("mcp-server/admin", "timeout"));

        // When
        List<Act> acts =
                List.of(gone.look().act(), odd.look().act(), unreadable.look().act());

        // Then
        assertThat(acts).containsExactly(Act.LEAVE, Act.LEAVE, Act.HOLD);
    }

    @Test
    void aStepIsNotReachedWhileOneRouteLagsBehind() {
        // Given
        World world = World.at(10);
        world.lookUntil("Advanced");
        world.otherRoutes.add(new RouteView.Seen(
                "mcp-server/admin",
                new Split(Slot.A, new Weight(10)),
                world.run().traffic(Weight.NONE).probeable()));

        // When
        Decision decision = world.look();
        world.look(20);

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("RouteNotSeen");
        assertThat(decision.rationale().message()).isEqualTo("mcp-server/admin is not yet seen at 75/25");
        assertThat(world.candidateShare()).isEqualTo(25);
    }
}
