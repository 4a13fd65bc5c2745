package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.SessionPlan.Pinning;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Sessions keep their version: in an attempt, and when it goes back. */
class KeepingTest {
    private static final Duration QUIET = Duration.ofMinutes(5);
    private static final Duration DEADLINE = Duration.ofHours(1);
    private static final Pin A = new Pin(new PinId(Slot.A, 0), Set.of("aaa"), false);
    private static final Pin B = new Pin(new PinId(Slot.B, 1), Set.of("bbb"), false);
    private static final Sessions BOTH = new Sessions(Map.of(Slot.A, A, Slot.B, B), Optional.of(Slot.A));
    private static final Sessions OF_B = new Sessions(Map.of(Slot.B, B), Optional.empty());

    private static World releasing(Plans plans) {
        World world = World.releasing();
        world.desired = plans.accepted();
        world.tags.put(Slot.A, Set.of("aaa"));
        world.tags.put(Slot.B, Set.of("bbb"));
        world.probes =
                new Probes(10, true, "", Optional.of(new PinTest.Passed(World.START, PinTest.Way.SERVER_MINTED, 40)));
        return world;
    }

    private static World at(int percent) {
        return at(percent, new Plans());
    }

    private static World at(int percent, Plans plans) {
        World world = releasing(plans);
        world.lookUntilShare(percent);
        return world;
    }

    private static void quiet(World world, Slot slot) {
        world.quiet.put(slot, world.now);
        world.now = world.now.plus(QUIET);
    }

    private static List<String> told(World world) {
        return world.told.stream().map(Effect.Announce::reason).toList();
    }

    @Test
    void sessionsOfBothVersionsAreKeptAtEveryShareWithThoseBeforeItOnStable() {
        // Given
        World world = releasing(new Plans());

        // When
        world.look();
        world.look();
        Sessions before = world.kept;
        world.lookUntilShare(25);

        // Then
        assertThat(before).isEqualTo(BOTH);
        assertThat(world.kept).isEqualTo(BOTH);
    }

    @Test
    void nothingIsKeptForWhoAcceptsBrokenSessions() {
        // Given
        Plans plans = new Plans();
        plans.sessions = new SessionPlan(Pinning.NONE, false, QUIET, DEADLINE, false);
        World world = at(10, plans);

        // When
        world.look();

        // Then
        assertThat(world.kept).isEqualTo(Sessions.NONE);
    }

    @Test
    void podsOfANewReplicaSetOfTheSameVersionAreKnownToo() {
        // Given
        World world = at(10);
        world.tags.put(Slot.B, Set.of("bbb", "bb2"));

        // When
        world.look();

        // Then
        assertThat(world.kept.pins().get(Slot.B)).isEqualTo(new Pin(B.incarnation(), Set.of("bbb", "bb2"), false));
    }

    @Test
    void whatTheGatewayPinsIsNotWhatServersMint() {
        // Given
        Plans plans = new Plans();
        plans.sessions = new SessionPlan(Pinning.GATEWAY, true, QUIET, DEADLINE, false);
        World world = releasing(plans);

        world.look(10);

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
        assertThat(decision.rationale().reason()).isEqualTo("SessionPinningMissing");
        assertThat(decision.rationale().message()).contains("pinned by the servers, not as spec.sessions.pinning says");
    }

    @Test
    void sessionsStayOnAVersionThatGoesBackUntilNothingIsAskedOfIt() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        Sessions waited = world.kept;
        quiet(world, Slot.B);

        // When
        world.look(2);

        // Then
        assertThat(waited).isEqualTo(OF_B);
        assertThat(world.kept).isEqualTo(Sessions.NONE);
        assertThat(told(world)).contains("Drained");
    }

    @Test
    void whileSomethingIsAskedOfItTheyStayUntilTheDeadline() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.now = world.now.plus(DEADLINE).minusSeconds(30);
        world.quiet.put(Slot.B, world.now);
        world.look();
        Sessions before = world.kept;
        world.now = world.now.plusSeconds(60);

        // When
        world.look(2);

        // Then
        assertThat(before).isEqualTo(OF_B);
        assertThat(world.kept).isEqualTo(Sessions.NONE);
        assertThat(told(world)).contains("DrainDeadline");
    }

    @Test
    void whoDoesNotKnowWhetherItIsAskedWaitsForTheDeadline() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.now = world.now.plus(QUIET.multipliedBy(2));

        // When
        Decision decision = world.look();

        // Then
        assertThat(world.kept).isEqualTo(OF_B);
        assertThat(decision.pacing().scrapes()).isPresent();
        assertThat(decision.rationale().message())
                .contains("sessions of b-1 stay on mcp-b until nothing is asked of it for 5m");
    }

    @Test
    void theyAreEndedWhereTheUserWantsIt() {
        // Given
        Plans plans = new Plans();
        plans.sessions = new SessionPlan(Pinning.AUTO, false, QUIET, DEADLINE, true);
        World world = at(25, plans);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(world.kept).isEqualTo(new Sessions(Map.of(Slot.B, B.end()), Optional.empty()));
    }

    @Test
    void nobodyIsKeptOnAVersionWithoutPods() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.ready.put(Slot.B, 0);

        // When
        world.look(2);

        // Then
        assertThat(world.kept.pins().get(Slot.B)).isEqualTo(B.end());
        assertThat(told(world)).contains("SessionsEnded");
    }

    @Test
    void aVersionThatNobodyUsedKeepsNothing() {
        // Given
        World world = releasing(new Plans());
        world.lookUntil(Preparing.class);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(world.kept).isEqualTo(Sessions.NONE);
    }

    @Test
    void anotherTemplateEndsTheWaiting() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.push(World.V3);

        // When
        world.lookUntil(Preparing.class);

        // Then
        assertThat(told(world)).contains("DrainInterrupted");
        assertThat(world.rollout.drain()).isEmpty();
    }

    @Test
    void theSameVersionTriedAgainKeepsItsSessions() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.commands.add(Command.of(Command.Kind.Retry, "1-v2", 1));

        // When
        world.lookUntil(Preparing.class);
        world.look();

        // Then
        assertThat(world.kept).isEqualTo(BOTH);
    }

    @Test
    void podsThatServeThemAreNotGivenBack() {
        // Given
        Plans plans = new Plans();
        plans.capacity = new Capacity(2.0, true);
        World world = at(50, plans);
        int scaled = world.wanted.getOrDefault(Slot.B, 0);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.look(120);
        int waiting = world.wanted.getOrDefault(Slot.B, 0);
        quiet(world, Slot.B);

        // When
        world.look(120);

        // Then
        assertThat(waiting).isEqualTo(scaled);
        assertThat(world.wanted.getOrDefault(Slot.B, 0)).isLessThan(scaled);
    }

    @Test
    void whoIsTriedAgainInVainKeepsThemToo() {
        // Given
        World world = at(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.lookUntil(RolledBack.class);
        world.commands.add(Command.of(Command.Kind.Retry, "1-v2", 1));
        world.lookUntil(Preparing.class);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 2));

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(world.kept).isEqualTo(OF_B);
    }

    @Test
    void anInterruptedAttemptThatNeverHadUsersRests() {
        // Given
        World world = releasing(new Plans());
        world.lookUntil(Preparing.class);
        world.push(World.V1);

        // When
        world.lookUntil(Idle.class);

        // Then
        assertThat(world.kept).isEqualTo(Sessions.NONE);
    }
}
