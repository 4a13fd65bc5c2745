package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
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
import org.junit.jupiter.params.provider.MethodSource;

/** How slots are taken over of which nothing is remembered: the routes decide, and nothing is written. */
class AdoptionTest {
    @Test
    void nothingStartsOnInstall() {
        // Given
        World world = new World();
        world.push(World.V2);

        // When
        Decision adopted = world.look();
        Decision next = world.look();

        // Then
        assertThat(adopted.next().state()).isInstanceOf(Idle.class);
        assertThat(next.next().state()).isInstanceOf(Idle.class);
        assertThat(List.of(adopted, next))
                .allSatisfy(
                        decision -> assertThat(decision.rationale().reason()).isEqualTo("Settled"))
                .allSatisfy(decision ->
                        assertThat(decision.rationale().message()).contains("annotate mcprollout.io/retry=1-v2#0"));
    }

    @Test
    void aRetryRollsOutWhatWasThereAtInstall() {
        // Given
        World world = new World();
        world.push(World.V2);
        world.lookUntil(Idle.class);
        world.commands.add(Command.parse(Command.Kind.Retry, "1-v2#0"));

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    @Test
    void theSlotThatHasTheTrafficIsStable() {
        // Given
        World world = new World();
        world.routeB = 100;

        // When
        world.lookUntil(Idle.class);

        // Then
        assertThat(world.rollout.stable()).isEqualTo(Slot.B);
        assertThat(world.routeB).isEqualTo(100);
    }

    @Test
    void aSplitThatNobodyRemembersIsLeftAlone() {
        // Given
        World world = new World();
        world.routeB = 30;

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("AdoptionAmbiguous");
        assertThat(decision.rationale().message()).contains("set the weights to 100/0 on the version that is stable");
        assertWaits(world, decision);
        assertThat(world.routeB).isEqualTo(30);
    }

    @Test
    void routesThatDisagreeAreLeftAlone() {
        // Given
        World world = new World();
        world.otherRoutes.add(new RouteView.Seen("mcp-server/admin", new Split(Slot.A, Weight.ALL), Set.of()));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("AdoptionAmbiguous");
        assertWaits(world, decision);
    }

    @Test
    void routesThatWereNotLookedAtDecideNothing() {
        // Given
        World world = new World();
        world.noRoutes = true;

        // When
        Decision decision = world.look();

        // Then
        assertWaits(world, decision);
    }

    static Stream<RouteView> unusable() {
        String route = "mcp-server/admin";
        return Stream.of(
                new RouteView.Gone(route),
                new RouteView.Odd(route, Weight.NONE, Set.of(), "a third destination"),
                new RouteView.Unreadable(route, "timeout"));
    }

    @ParameterizedTest
    @MethodSource("unusable")
    void everyRouteMustBeReadable(RouteView route) {
        // Given
        World world = new World();
        world.otherRoutes.add(route);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("RouteNotReady");
        assertThat(decision.rationale().message()).isEqualTo("mcp-server/admin cannot be read or managed yet");
        assertWaits(world, decision);
    }

    @Test
    void aSpecThatIsRefusedIsMendedFirst() {
        // Given
        World world = new World();
        world.desired = new Desired.Refused("Invalid", List.of("spec.steps: are missing", "spec.policy: is unknown"));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("Invalid");
        assertThat(decision.rationale().message()).isEqualTo("spec.steps: are missing; spec.policy: is unknown");
        assertWaits(world, decision);
    }

    @Test
    void stableNeedsAReadyPodOnce() {
        // Given
        World world = new World();
        world.ready.put(Slot.A, 0);

        // When
        Decision none = world.look();
        Rollout before = world.rollout;
        world.ready.put(Slot.A, 1);
        world.look();

        // Then
        assertThat(none.rationale().reason()).isEqualTo("StableNotReady");
        assertThat(none.rationale().message()).isEqualTo("mcp-a has no ready pod yet");
        assertThat(before.state()).isInstanceOf(Initializing.class);
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
    }

    @Test
    void theCandidateMayCome() {
        // Given
        World world = new World();
        world.revisions.put(Slot.B, Optional.empty());
        world.lookUntil(Idle.class);
        world.push(World.V2);

        // When
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    @Test
    void aResourceThatIsDeletedBeforeItWasAdoptedGoesAtOnce() {
        // Given
        World world = new World();
        world.deleting = true;
        world.routeB = 30;

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.released).isTrue();
        assertThat(decision.rationale().message()).isEqualTo("Nothing was rolled out.");
    }

    /** Split 30/70, and nothing says why. */
    private static World ambiguous() {
        World world = new World();
        world.routeB = 30;
        world.look();
        return world;
    }

    @Test
    void aPersonNamesTheStableSlotAndItsTrafficReturns() {
        // Given
        World world = ambiguous();
        world.commands.add(Command.parse(Command.Kind.Adopt, "mcp-a#0"));

        // When
        world.look();
        int adopted = world.routeB;
        world.look();

        // Then
        assertThat(adopted).isEqualTo(30);
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(world.rollout.stable()).isEqualTo(Slot.A);
        assertThat(world.routeB).isZero();
        assertThat(world.rollout.consumed()).hasSize(1);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(strings = {"mcp-c#0", "mcp-a#1"})
    void aNameThatIsNoSlotOrOfAnotherAttemptIsReportedOnceAndDoesNothing(String text) {
        // Given
        World world = ambiguous();
        world.commands.add(Command.parse(Command.Kind.Adopt, text));

        // When
        world.look(3);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Initializing.class);
        assertThat(world.routeB).isEqualTo(30);
        assertThat(world.told("CommandIgnored")).hasSize(1);
    }

    @Test
    void aNamedSlotWithoutReadyPodsIsAdoptedWhenItHasSome() {
        // Given
        World world = ambiguous();
        world.ready.put(Slot.B, 0);
        world.commands.add(Command.parse(Command.Kind.Adopt, "mcp-b#0"));
        world.look(3);
        RolloutState waiting = world.rollout.state();
        world.ready.put(Slot.B, 1);

        // When
        world.look(2);

        // Then
        assertThat(waiting).isInstanceOf(Initializing.class);
        assertThat(world.rollout.stable()).isEqualTo(Slot.B);
        assertThat(world.routeB).isEqualTo(100);
    }

    @Test
    void whatOutlivedStatusIsKnownAgain() {
        // Given
        World world = World.at(25);
        world.verdict = new io.mcprollout.policy.gate.Verdict.Fail("worse");
        world.lookUntil(RolloutState.RolledBack.class);

        // When
        world.loseStatus();
        world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Idle.class);
        assertThat(world.rollout.attempt()).isEqualTo(1);
        assertThat(world.rollout.condemned()).containsExactly(World.V2);
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.CsvSource({"0, A", "100, B"})
    void aRecordThatContradictsTheRouteIsLeftToAPerson(int routeB, Slot slot) {
        // Given
        World world = World.idle();
        world.rollout = world.rollout.withStable(slot.other());
        world.loseStatus();
        world.routeB = routeB;

        // When
        Decision decision = world.look();
        world.commands.add(Command.of(Command.Kind.Adopt, "mcp-" + slot.letter(), 0));
        world.look(2);

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("AdoptionAmbiguous");
        assertThat(decision.rationale().message())
                .startsWith("all traffic goes to mcp-" + slot.letter() + " but the record says that mcp-"
                        + slot.other().letter() + " is stable");
        assertThat(world.rollout.stable()).isEqualTo(slot);
        assertThat(world.routeB).isEqualTo(routeB);
    }

    @Test
    void aSpecThatNamesOtherDeploymentsIsAdoptedAnew() {
        // Given
        World world = World.idle();
        Rollout swapped = world.rollout
                .withSlot(Slot.A, world.rollout.memory(Slot.A).named("mcp-b"))
                .withSlot(Slot.B, world.rollout.memory(Slot.B).named("mcp-a"))
                .withStable(Slot.B);
        world.rollout = swapped.condemning(World.V3);

        // When
        world.look(3);

        // Then
        assertThat(world.rollout.stable()).isEqualTo(Slot.A);
        assertThat(world.routeB).isZero();
        assertThat(world.rollout.isCondemned(World.V3)).isTrue();
    }

    private static void assertWaits(World world, Decision decision) {
        assertThat(world.rollout).isEqualTo(Rollout.NEW);
        assertThat(decision.act()).isEqualTo(Act.LEAVE);
    }
}
