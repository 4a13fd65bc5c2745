package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Effect.Announce;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A rollback ends when every route has been seen without the candidate and without the controller's rules, or is gone. */
class RollbackEndTest {
    private static final String ADMIN = "mcp-server/admin";
    private static final Set<PinId> RULES = Set.of(new PinId(Slot.A, 0));

    private static World goingBack() {
        World world = World.at(25);
        world.verdict = new Verdict.Fail("worse");
        world.look();
        return world;
    }

    static Stream<Arguments> routes() {
        Split back = Split.allStable(Slot.A);
        Weight some = new Weight(10);
        return Stream.of(
                Arguments.of(new RouteView.Seen(ADMIN, back, Set.of()), true),
                Arguments.of(new RouteView.Seen(ADMIN, back, RULES), false),
                Arguments.of(new RouteView.Seen(ADMIN, new Split(Slot.A, some), Set.of()), false),
                Arguments.of(new RouteView.Odd(ADMIN, Weight.NONE, Set.of(), "a third destination"), true),
                Arguments.of(new RouteView.Odd(ADMIN, Weight.NONE, RULES, "a third destination"), false),
                Arguments.of(new RouteView.Odd(ADMIN, some, Set.of(), "a third destination"), false),
                Arguments.of(new RouteView.Gone(ADMIN), true),
                Arguments.of(new RouteView.Unreadable(ADMIN, "timeout"), false));
    }

    @ParameterizedTest
    @MethodSource("routes")
    void endsWhenEveryRouteIsBack(RouteView route, boolean over) {
        // Given
        World world = goingBack();
        world.otherRoutes.add(route);

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(over ? RolledBack.class : RollingBack.class);
    }

    @Test
    void tellsThatItIsOverAndHowToGoOn() {
        // Given
        World world = goingBack();
        world.otherRoutes.add(new RouteView.Gone(ADMIN));

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.told)
                .contains(new Announce(true, "RolledBack", "All traffic is on stable again: worse"))
                .noneMatch(told -> told.reason().equals("RouteGone"));
        assertThat(decision.rationale())
                .isEqualTo(new Decision.Rationale(
                        "CanaryWorse",
                        "worse",
                        Optional.empty(),
                        "another revision, or a retry of this one, starts anew"));
    }

    @Test
    void whenTheRouteIsGoneThereIsNothingToReturn() {
        // Given
        World world = goingBack();
        world.routeGone = true;

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
        assertThat(world.told)
                .contains(new Announce(true, "RouteGone", "The route is gone; there is nothing left to return."));
        assertThat(world.told("RolledBack")).isEmpty();
    }

    @Test
    void whatCondemnsNothingIsToldWithoutAWarningAndStartsAnew() {
        // Given
        World world = World.at(25);
        world.push(World.V3);
        world.look();

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.told)
                .contains(new Announce(
                        false, "RolledBack", "All traffic is on stable again: mcp-b now has the newer revision 1-v3"));
        assertThat(decision.next().state()).isEqualTo(new Idle());
        assertThat(decision.rationale().then()).isEqualTo("starts anew when both Deployments are ready");
    }

    @Test
    void remembersWhichRevisionAndWhy() {
        // Given
        World world = goingBack();
        var now = world.now;

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isEqualTo(new RolledBack(World.V2, Cause.CanaryWorse, "worse", now));
        assertThat(world.told.stream().map(Announce::reason).toList())
                .isEqualTo(List.of("Started", "Advanced", "Advanced", "CanaryWorse", "RolledBack"));
    }
}
