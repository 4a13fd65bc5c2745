package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Pods that the cluster takes, and crashes that stable shares: users are spared, the version is not blamed. */
class WeatherTest {
    private static void befalls(World world, Slot slot, Kind kind, Duration after) {
        world.facts.put(slot, List.of(World.fact(kind, world.run().startedAt().plus(after))));
    }

    private static void befalls(World world, Slot slot, Kind kind) {
        befalls(world, slot, kind, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({
        "CRASHED, CRASH_LOOP, 119, false",
        "CRASHED, OOM_KILLED, 120, false",
        "CRASHED, CRASHED, 121, true",
        "READINESS_LOST, READINESS_LOST, 60, false",
        "READINESS_LOST, CRASHED, 60, true",
        "CRASHED, READINESS_LOST, 0, true"
    })
    void aLikeMisfortuneOfStableAboutTheSameTimeExcuses(Kind candidate, Kind stable, long apart, boolean condemned) {
        // Given
        World world = World.at(25);
        befalls(world, Slot.B, candidate, Duration.ofSeconds(1));
        befalls(world, Slot.A, stable, Duration.ofSeconds(1 + apart));

        // When
        world.look();

        // Then
        assertThat(world.rollout.isCondemned(World.V2)).isEqualTo(condemned);
        assertThat(world.candidateShare()).isEqualTo(condemned ? 0 : 25);
    }

    @Test
    void aSharedMisfortuneHoldsAndIsSaid() {
        // Given
        World world = World.at(25);
        befalls(world, Slot.A, Kind.CRASHED);
        befalls(world, Slot.B, Kind.CRASHED);
        world.ready.put(Slot.B, 1);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale())
                .isEqualTo(new Decision.Rationale(
                        "CanaryDisrupted",
                        "mcp-b-1 container app exited with code 1; mcp-b has 1 of 2 pods ready",
                        java.util.Optional.empty(),
                        "goes on by itself when the candidate's pods are ready"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CRASHED", "OOM_KILLED", "CRASH_LOOP", "READINESS_LOST"})
    void worseAnswersInTheWeatherTakeTheTrafficAndCondemnNothing(Kind weather) {
        // Given
        World world = World.at(25);
        befalls(world, Slot.B, weather);
        world.verdict = new Verdict.Fail("failed 9 of 20");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.condemned()).isEmpty();
        assertThat(world.told("CanaryDisrupted"))
                .containsExactly(
                        "Going back to 100/0: answers were worse, but mcp-b-1 container app exited with code 1");
    }

    @ParameterizedTest
    @CsvSource({"55, false", "65, true"})
    void worseAnswersCountAgainAMinuteAfterTheWeather(long later, boolean condemned) {
        // Given
        World world = World.at(25);
        befalls(world, Slot.B, Kind.DISRUPTED);
        world.ready.put(Slot.B, 1);
        world.look();
        world.facts.put(Slot.B, List.of());
        world.ready.put(Slot.B, 2);
        world.now = world.now.plusSeconds(later - 5);
        world.verdict = new Verdict.Fail("failed 9 of 20");

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.isCondemned(World.V2)).isEqualTo(condemned);
    }

    @Test
    void evidenceFromTheWeatherIsThrownAwayAfterACalm() {
        // Given
        World world = World.at(25);
        befalls(world, Slot.B, Kind.DISRUPTED);
        world.verdict = new Verdict.Fail("failed 9 of 20");
        world.lookUntil(Blocked.class);
        world.facts.put(Slot.B, List.of());
        Run before = world.run();
        Decision calming = world.look();
        var since = world.now;

        // When
        world.lookUntil(Preparing.class);

        // Then
        assertThat(calming.rationale().until()).isPresent();
        assertThat(calming.rationale().message()).endsWith("; its pods are ready again");
        assertThat(Duration.between(since, world.now)).isBetween(Duration.ofSeconds(25), Duration.ofSeconds(35));
        assertThat(world.run().restart()).isEqualTo(before.restart() + 1);
        assertThat(world.run().attempt()).isEqualTo(before.attempt());
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void eachTimeItFailsInTheWeatherTheCalmIsTwiceAsLong() {
        // Given
        World world = failedInTheWeather(World.preparing());
        var first = calm(world);

        // When
        world = failedInTheWeather(world);
        var second = calm(world);

        // Then
        assertThat(second).isCloseTo(first.multipliedBy(2), Duration.ofSeconds(10));
    }

    private static World failedInTheWeather(World world) {
        befalls(world, Slot.B, Kind.DISRUPTED);
        world.verdict = new Verdict.Fail("failed 9 of 20");
        world.lookUntil(Blocked.class);
        world.facts.put(Slot.B, List.of());
        return world;
    }

    private static Duration calm(World world) {
        var since = world.now;
        world.lookUntil(Preparing.class);
        return Duration.between(since, world.now);
    }

    @Test
    void aBadVersionIsCondemnedWhenTheWeatherHasPassed() {
        // Given
        World world = failedInTheWeather(World.at(25));
        world.lookUntil(Preparing.class);

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
        assertThat(world.told("CanaryWorse")).containsExactly("Going back to 100/0: failed 9 of 20");
    }

    @Test
    void noDeadlineRunsWhileTheClusterIsAwaited() {
        // Given
        World world = World.releasing();
        Plans plans = new Plans();
        plans.onInconclusive = io.mcprollout.policy.gate.Numbers.DeadlineAction.Rollback;
        world.desired = plans.accepted();
        world.lookUntilShare(25);
        befalls(world, Slot.B, Kind.UNSCHEDULABLE);
        world.ready.put(Slot.B, 1);

        // When
        world.look(720);
        Decision after = world.look();

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(after.rationale().reason()).isEqualTo("CanaryDisrupted");
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void oneOfTwoPodsDrainedHoldsTheStepUntilItIsBack() {
        // Given
        World world = World.at(25);
        befalls(world, Slot.B, Kind.DISRUPTED);
        world.ready.put(Slot.B, 1);
        world.look(100);
        world.facts.put(Slot.B, List.of());
        world.ready.put(Slot.B, 2);

        // When
        world.lookUntil(Promoted.class);

        // Then
        assertThat(world.shares).containsExactly(0, 10, 25, 50, 100, 0);
    }
}
