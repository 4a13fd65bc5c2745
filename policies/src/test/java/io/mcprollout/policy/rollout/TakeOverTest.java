package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Draining;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Stable takes over the promoted template, and then its traffic. */
class TakeOverTest {
    /** The template has been copied and stable has one of two new pods. */
    private static World takingOver() {
        World world = World.releasing();
        world.lookUntil(Draining.class);
        world.ready.put(Slot.A, 1);
        world.lookUntil("Returning");
        world.look();
        return world;
    }

    @Test
    void stableGetsItsTrafficWhenAllItsPodsAreReadyAndAnswer() {
        // Given
        World world = takingOver();
        world.probes = new Probes(2, false, "");
        Decision rolling = world.look();
        world.ready.put(Slot.A, 2);
        world.look(10);
        int unanswered = world.candidateShare();
        world.probes = new Probes(3, false, "");

        // When
        Decision moving = world.look();

        // Then
        assertThat(rolling.rationale().message())
                .isEqualTo("mcp-a takes over the promoted template: 1 of 2 pods ready");
        assertThat(rolling.effects()).isEmpty();
        assertThat(unanswered).isEqualTo(100);
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("Returning")).containsExactly("New sessions return to mcp-a");
        assertThat(moving.rationale().message()).isEqualTo("new sessions return to mcp-a");
        assertThat(moving.rationale().then()).isEqualTo("promoted when the routes are seen at 100/0");
    }

    @Test
    void answersOfStableDoNotCountWhileItsPodsAreReplaced() {
        // Given
        World world = takingOver();

        // When
        world.look(10);

        // Then
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void pausedStableWaitsWithItsTraffic() {
        // Given
        World world = takingOver();
        world.mode = Mode.Paused;
        world.ready.put(Slot.A, 2);

        // When
        world.look(10);

        // Then
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 0", "1, 1, 100", "0, 0, 100"})
    void whenTheCandidateHasNoPodLeftStableTakesOverWithWhatItHas(int candidate, int stable, int share) {
        // Given
        World world = takingOver();
        world.mode = Mode.Paused;
        world.probes = Probes.NONE;
        world.ready.put(Slot.B, candidate);
        world.ready.put(Slot.A, stable);

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isEqualTo(share);
    }

    @Test
    void aRevisionThatIsPushedWhileStableTakesOverGetsNoTraffic() {
        // Given
        World world = takingOver();
        world.push(World.V3);

        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Preparing.class);

        // Then
        assertThat(share).isZero();
        assertThat(world.run().cohort().stable()).isEqualTo(World.V2);
        assertThat(world.run().revision()).isEqualTo(World.V3);
    }

    @Test
    void aRevisionThatIsPushedWhenTrafficIsBackIsTheNextRelease() {
        // Given
        World world = takingOver();
        world.ready.put(Slot.A, 2);
        world.look();
        world.push(World.V3);

        // When
        world.look();
        RolloutState ended = world.rollout.state();
        world.look();

        // Then
        assertThat(ended).isInstanceOf(Promoted.class);
        assertThat(world.run().revision()).isEqualTo(World.V3);
    }

    @Test
    void aCopyThatIsUndoneWaitsForAPersonWithTrafficOnTheCandidate() {
        // Given
        World world = takingOver();
        world.revisions.put(Slot.A, Optional.of(World.V1));

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(AwaitingGit.class);
        assertThat(world.candidateShare()).isEqualTo(100);
        assertThat(world.told("ReplaceReverted"))
                .containsExactly("ReplaceReverted: somebody undid the copy of the template to mcp-a.");
        assertThat(decision.rationale().message())
                .startsWith(
                        "ReplaceReverted: somebody undid the copy of the template to mcp-a. All traffic is on mcp-b.");
    }

    static Stream<RouteView> notBack() {
        String admin = "mcp-server/admin";
        return Stream.of(
                new RouteView.Seen(admin, new Split(Slot.A, new Weight(10)), Set.of()),
                new RouteView.Seen(admin, Split.allStable(Slot.A), Set.of(new PinId(Slot.A, 0))),
                new RouteView.Gone(admin),
                new RouteView.Unreadable(admin, "timeout"));
    }

    @ParameterizedTest
    @MethodSource("notBack")
    void isPromotedWhenEveryRouteIsSeenAt100To0(RouteView lagging) {
        // Given
        World world = takingOver();
        world.ready.put(Slot.A, 2);
        world.look();
        world.otherRoutes.add(lagging);
        world.look();
        RolloutState meanwhile = world.rollout.state();
        world.otherRoutes.clear();

        // When
        world.look();

        // Then
        assertThat(meanwhile.phase()).isEqualTo("Returning copied moved");
        assertThat(world.told("Returning")).hasSize(1);
        assertThat(world.rollout.state()).isInstanceOf(Promoted.class);
    }

    @Test
    void routesThatWereNotLookedAtAreNotBack() {
        // Given
        World world = takingOver();
        world.ready.put(Slot.A, 2);
        world.look();
        world.noRoutes = true;

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Returning.class);
    }
}
