package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
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

/** A route that is the controller's own as a whole: it says in it which incarnation is stable, and nothing is over without it. */
class WholeRouteTest {
    private static final Pin A = new Pin(new PinId(Slot.A, 0), Set.of(), false);
    private static final Pin B = new Pin(new PinId(Slot.B, 1), Set.of(), false);
    private static final Sessions STABLE = new Sessions(Map.of(Slot.A, A), Optional.of(Slot.A));

    private static World missing() {
        World world = new World();
        Plans plans = new Plans();
        plans.sessions = new SessionPlan(Pinning.GATEWAY, true, Duration.ofMinutes(5), Duration.ofHours(1), false);
        world.desired = plans.accepted();
        world.routeGone = true;
        world.makesRoute = true;
        world.probes = new Probes(10, true, "", Optional.of(new PinTest.Passed(World.START, PinTest.Way.GATEWAY, 40)));
        return world;
    }

    private static World idle() {
        World world = missing();
        world.lookUntil(Idle.class);
        world.look(2);
        return world;
    }

    @Test
    void itIsMadeWithEverythingToStable() {
        // Given
        World world = missing();

        // When
        world.lookUntil(Idle.class);
        world.look();

        // Then
        assertThat(world.routeGone).isFalse();
        assertThat(world.candidateShare()).isZero();
        assertThat(world.kept).isEqualTo(STABLE);
    }

    @Test
    void whoDeletesItIsServedAgainAtOnce() {
        // Given
        World world = idle();
        world.routeGone = true;

        // When
        world.look(2);

        // Then
        assertThat(world.routeGone).isFalse();
        assertThat(world.kept).isEqualTo(STABLE);
    }

    @Test
    void inMidRunItIsMadeAgainAndTheRolloutGoesOn() {
        // Given
        World world = idle();
        world.push(World.V2);
        world.lookUntilShare(25);
        world.routeGone = true;
        world.look(2);
        int then = world.candidateShare();

        // When
        world.lookUntilShare(25);

        // Then
        assertThat(then).isZero();
        assertThat(world.rollout.condemned()).isEmpty();
        assertThat(world.kept).isEqualTo(new Sessions(Map.of(Slot.A, A, Slot.B, B), Optional.of(Slot.A)));
    }

    @Test
    void aRollbackIsNotOverWithoutIt() {
        // Given
        World world = idle();
        world.push(World.V2);
        world.lookUntilShare(25);
        world.commands.add(Command.of(Command.Kind.Abort, "1-v2", 1));
        world.routeGone = true;

        // When
        world.lookUntil(RolledBack.class);
        world.look(2);

        // Then
        assertThat(world.routeGone).isFalse();
        assertThat(world.candidateShare()).isZero();
        assertThat(world.kept.pins()).containsOnlyKeys(Slot.A, Slot.B);
    }

    @Test
    void onceItsSessionsAreOverAVersionIsNoLongerNamed() {
        // Given
        World world = idle();
        world.push(World.V2);
        for (int i = 0; i < 4000 && !(world.rollout.state() instanceof Promoted); i++) {
            world.quiet.put(Slot.A, world.now.minus(Duration.ofMinutes(5)));
            world.look();
        }
        world.quiet.put(Slot.B, world.now);
        world.now = world.now.plus(Duration.ofMinutes(5));

        // When
        world.look(2);

        // Then
        assertThat(world.kept).isEqualTo(STABLE);
    }

    @Test
    void aSpecThatCannotBeReadLeavesItAsItIs() {
        // Given
        World world = idle();
        world.desired = new Desired.Refused("InvalidSpec", List.of("spec: cannot be read"));

        // When
        world.look(3);

        // Then
        assertThat(world.kept).isEqualTo(STABLE);
    }
}
