package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What must be true before a share rises: each missing thing holds the preflight with a sentence of its own. */
class CheckTest {
    private static final String SESSIONS =
            "the server mints sessions, and a weight would send their requests to the wrong version: ids begin with f00;"
                    + " or make it stateless, or accept broken sessions with spec.sessions.pinning: None";

    static Stream<Arguments> obstacles() {
        return Stream.of(
                obstacle(
                        "Paused",
                        "spec.mode is Paused: nothing advances, going back still works",
                        world -> world.mode = Mode.Paused),
                obstacle(
                        "Invalid",
                        "spec.steps: are missing; spec.policy: is unknown",
                        world -> world.desired = new Desired.Refused(
                                "Invalid", List.of("spec.steps: are missing", "spec.policy: is unknown"))),
                obstacle(
                        "RouteGone",
                        "mcp-server/mcp is gone; make it again with the two subsets, or abort",
                        world -> world.routeGone = true),
                obstacle(
                        "NamespaceNotAllowed",
                        "mcp-server/mcp: closed by its owner",
                        world -> world.routeClosed = true),
                obstacle("RouteNotManageable", "mcp-server/mcp: a third destination", world -> world.routeOdd = true),
                obstacle("RouteUnreadable", "mcp-server/mcp: timeout", world -> world.routeUnreadable = true),
                obstacle("RouteUnreadable", "no route was looked at", world -> world.noRoutes = true),
                obstacle("RouteNotSeen", "mcp-server/mcp is not yet seen at 100/0", world -> {
                    world.rules = Set.of();
                    world.writesFail = true;
                }),
                obstacle(
                        "GatewayNotFollowing",
                        "a gateway does not follow the route as it was written yet",
                        world -> world.probes =
                                new Probes(10, false, "", Optional.empty(), Set.of("another"), Map.of())),
                obstacle("SlotRolling", "mcp-b has 1 of 2 pods ready", world -> world.ready.put(Slot.B, 1)),
                obstacle("SlotRolling", "mcp-a has 0 of 2 pods ready", world -> world.ready.put(Slot.A, 0)),
                obstacle(
                        "SlotRolling",
                        "mcp-b has 2 of 2 pods ready, and pods of another template still serve",
                        world -> world.rolling.put(Slot.B, true)),
                obstacle("SessionPinningMissing", SESSIONS, world -> world.probes = minting(UNTAGGED)),
                obstacle(
                        "SessionsUntested",
                        "it is being tested whether sessions stay with their version",
                        world -> world.probes = new Probes(10, true, "")),
                obstacle(
                        "SessionsUntested",
                        "sessions could not be tested: 503",
                        world -> world.probes = minting(new PinTest.Unanswered(World.START, "503"))),
                obstacle(
                        "SessionsLost",
                        "a session of mcp-b did not stay with its version: a-0 answered",
                        world -> world.probes = minting(new PinTest.Lost(World.START, Slot.B, false, "a-0 answered"))),
                obstacle(
                        "SessionsLost",
                        "pods of mcp-a do not know each other's sessions: 404. Give it one replica, shared sessions, or affinity"
                                + " by mcp-session-id in the DestinationRule",
                        world -> world.probes = minting(new PinTest.Lost(World.START, Slot.A, true, "404"))),
                obstacle(
                        "ProtocolDrift",
                        "the canary speaks 2025-03-26, stable 2025-06-18",
                        world -> world.probes =
                                new Probes(10, false, "the canary speaks 2025-03-26, stable 2025-06-18")),
                obstacle(
                        "Evidence",
                        "12 more pairs",
                        world -> world.verdict = new Verdict.Inconclusive("12 more pairs")),
                obstacle(
                        "Evidence",
                        "prometheus is down",
                        world -> world.verdict = new Verdict.Unavailable("prometheus is down")));
    }

    private static Arguments obstacle(String reason, String message, Consumer<World> obstacle) {
        return Arguments.of(reason, message, obstacle);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("obstacles")
    void whatIsMissingHoldsThePreflightAndIsSaid(String reason, String message, Consumer<World> obstacle) {
        // Given
        World world = World.preparing();
        obstacle.accept(world);
        Decision decision = world.look();

        // When
        world.look(20);

        // Then
        assertThat(decision.rationale().reason()).isEqualTo(reason);
        assertThat(decision.rationale().message()).isEqualTo(message);
        assertThat(decision.rationale().until()).isPresent();
        assertThat(world.shares).containsExactly(0);
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void aStepWhoseWeightIsNotSeenIsHeld() {
        // Given
        World world = World.at(10);
        world.writesFail = true;
        world.lookUntil("Advanced");

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("RouteNotSeen");
        assertThat(decision.rationale().message()).isEqualTo("mcp-server/mcp is not yet seen at 75/25");
    }

    @Test
    void everyRouteIsChecked() {
        // Given
        World world = World.preparing();
        world.otherRoutes.add(new RouteView.Seen(
                "mcp-server/admin",
                Split.allStable(Slot.A),
                world.run().traffic(Weight.NONE).probeable()));
        world.otherRoutes.add(new RouteView.Unreadable("mcp-server/tools", "timeout"));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().message()).isEqualTo("mcp-server/tools: timeout");
    }

    @Test
    void whoAcceptsBrokenSessionsGetsWeight() {
        // Given
        World world = World.releasing();
        Plans plans = new Plans();
        plans.sessions = new SessionPlan(SessionPlan.Pinning.NONE, false, Duration.ZERO, Duration.ZERO, false);
        world.desired = plans.accepted();
        world.probes = new Probes(10, true, "");

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0);
    }

    @Test
    void driftOfTheProtocolIsAQuestionOfThePreflightOnly() {
        // Given
        World world = World.at(10);
        world.probes = new Probes(10, false, "the canary speaks 2025-03-26, stable 2025-06-18");

        // When
        world.lookUntilShare(25);

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void ofSeveralObstaclesTheWorstIsSaidAndOfThoseTheFirst() {
        // Given
        World world = World.preparing();
        world.verdict = new Verdict.Inconclusive("12 more pairs");
        world.ready.put(Slot.B, 1);
        world.mode = Mode.Paused;

        // When
        String both = world.look().rationale().reason();
        world.mode = Mode.Active;
        String rolling = world.look().rationale().reason();
        world.ready.put(Slot.B, 2);
        String evidence = world.look().rationale().reason();

        // Then
        assertThat(List.of(both, rolling, evidence)).containsExactly("Paused", "SlotRolling", "Evidence");
    }

    private static final PinTest UNTAGGED = new PinTest.Untagged(World.START, "ids begin with f00");

    private static Probes minting(PinTest test) {
        return new Probes(10, true, "", Optional.of(test));
    }
}
