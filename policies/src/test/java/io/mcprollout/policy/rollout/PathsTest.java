package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What reaches the candidate past the routes keeps it from its first weight, and from nothing else. */
class PathsTest {
    private static final Paths OPEN =
            new Paths(List.of("Ingress web sends to Service mcp; take it away"), List.of(), List.of());
    private static final Paths POSSIBLE = new Paths(List.of(), List.of("nothing is bound to mesh"), List.of());
    private static final Paths TAKEN = Paths.NONE.with(Optional.of(new Paths.Outside("istio", 37)), false);

    private static World preparing(Paths paths) {
        World world = World.preparing();
        world.paths = Optional.of(paths);
        return world;
    }

    private static Decision lookFor(World world, Duration time) {
        Decision last = world.look();
        for (Instant end = world.now.plus(time); world.now.isBefore(end); ) {
            last = world.look();
        }
        return last;
    }

    @Test
    void aWayThatIsOpenHoldsTheFirstWeight() {
        // Given
        World world = preparing(OPEN);
        // When
        Decision decision = lookFor(world, Duration.ofMinutes(30));
        // Then
        assertThat(decision.next().state()).isInstanceOf(Preparing.class);
        assertThat(decision.rationale().reason()).isEqualTo("UncontrolledPath");
        assertThat(decision.rationale().message())
                .isEqualTo("Ingress web sends to Service mcp; take it away. Accept it with"
                        + " spec.traffic.allowUncontrolled: true");
        assertThat(decision.rationale().then()).isEqualTo("looked for again every 30s; goes on when none is left");
        assertThat(world.shares).doesNotContain(10);
    }

    @Test
    void requestsPastTheRouteHoldTheFirstWeightAndCondemnNothing() {
        // Given
        World world = preparing(TAKEN);
        // When
        Decision decision = lookFor(world, Duration.ofMinutes(30));
        // Then
        assertThat(decision.next().state()).isInstanceOf(Preparing.class);
        assertThat(decision.rationale().reason()).isEqualTo("TrafficOutsideRoute");
        assertThat(decision.rationale().message())
                .startsWith("istio counted 37 requests to mcp-b in the last 2m, although it has no weight");
        assertThat(decision.rationale().then()).isEqualTo("goes on when none was counted for 2m");
        assertThat(decision.next().condemned()).isEmpty();
    }

    @Test
    void goesOnWhenTheWayIsClosed() {
        // Given
        World world = preparing(OPEN);
        lookFor(world, Duration.ofMinutes(30));
        // When
        world.paths = Optional.of(Paths.NONE);
        world.lookUntil(Promoted.class);
        // Then
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void waitsUntilEnoughWasHeard() {
        // Given
        World world = preparing(Paths.NONE.with(Optional.empty(), true));
        // When
        Decision decision = lookFor(world, Duration.ofMinutes(1));
        world.paths = Optional.of(Paths.NONE);
        world.lookUntil(Stepping.class);
        // Then
        assertThat(decision.next().state()).isInstanceOf(Preparing.class);
        assertThat(decision.rationale().reason()).isEqualTo("TrafficOutsideRoute");
    }

    @Test
    void consentHoldsAtOnceThoughThePlanIsFrozen() {
        // Given
        World world = preparing(OPEN.with(TAKEN.outside(), false));
        lookFor(world, Duration.ofMinutes(30));
        // When
        world.desired = new Desired.Accepted(new Plans().plan(), true);
        world.lookUntil(Stepping.class);
        // Then
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void aWayThatNobodyMayTakeHoldsNothing() {
        // Given
        World world = preparing(POSSIBLE);
        // When
        world.lookUntil(Promoted.class);
        // Then
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void aWayThatAppearsLaterHoldsNothing() {
        // Given
        World world = World.at(10);
        world.paths = Optional.of(OPEN.with(TAKEN.outside(), false));
        // When
        world.lookUntil(Promoted.class);
        // Then
        assertThat(world.shares).contains(25, 50, 100);
    }

    @Test
    void whoPromotesDoesNotWaitForIt() {
        // Given
        World world = preparing(OPEN.with(TAKEN.outside(), false));
        lookFor(world, Duration.ofMinutes(5));
        // When
        world.commands.add(Command.parse(Command.Kind.Promote, "1-v2#" + world.rollout.attempt()));
        world.lookUntil(Stepping.class);
        // Then
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void abortEndsIt() {
        // Given
        World world = preparing(OPEN);
        world.commands.add(Command.parse(Command.Kind.Abort, "1-v2#" + world.rollout.attempt()));
        // When
        world.lookUntil(RolledBack.class);
        // Then
        assertThat(world.routeB).isZero();
    }

    @Test
    void manyWaysAreCounted() {
        // When
        String told = Paths.told(List.of("a", "b", "c", "d", "e"));
        // Then
        assertThat(told).isEqualTo("a; b; c; and 2 more");
    }

    @Test
    void oneKindOfWayIsEnoughNotToBeClear() {
        // When
        List<Boolean> clear = List.of(Paths.NONE.isClear(), OPEN.isClear(), POSSIBLE.isClear(), TAKEN.isClear());

        // Then
        assertThat(clear).containsExactly(true, false, false, false);
    }

    @Test
    void threeSentencesAreToldAndTheRestIsCounted() {
        // When
        String three = Paths.told(List.of("one", "two", "three"));
        String four = Paths.told(List.of("one", "two", "three", "four"));

        // Then
        assertThat(three).contains("one", "two", "three").doesNotContain("more");
        assertThat(four).contains("three").endsWith("; and 1 more").doesNotContain("four");
    }

    @Test
    void oneRequestIsARequest() {
        // When
        String one = new Paths.Outside("istio", 1).sentence("mcp-b");
        String two = new Paths.Outside("istio", 2).sentence("mcp-b");

        // Then
        assertThat(one).startsWith("istio counted 1 request to mcp-b");
        assertThat(two).startsWith("istio counted 2 requests to mcp-b");
    }
}
