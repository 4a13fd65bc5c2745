package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What happened to pods: what speaks against the version sends it back, the weather does not. */
class CrashTest {
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"CRASHED", "OOM_KILLED", "CRASH_LOOP", "READINESS_LOST"})
    void aCrashOfTheCandidateCondemnsAtOnce(Kind kind) {
        // Given
        World world = World.at(25);
        happens(world, Slot.B, kind, 0);

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
        assertThat(world.told("CanaryCrashed"))
                .containsExactly("Going back to 100/0: mcp-b-1: container app exited with code 1");
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"CRASHED", "OOM_KILLED", "CRASH_LOOP", "READINESS_LOST"})
    void theWeatherIsNoCrash(Kind kind) {
        // Given
        World world = World.at(25);
        happens(world, Slot.B, kind, 0);

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void aCrashOfBothIsNotTheCandidatesFault() {
        // Given
        World world = World.at(25);
        happens(world, Slot.A, Kind.OOM_KILLED, 0);
        happens(world, Slot.B, Kind.CRASHED, 0);

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DISRUPTED", "IMAGE_PULL"})
    void theWeatherOfStableIsNoExcuseForACrash(Kind weather) {
        // Given
        World world = World.at(25);
        happens(world, Slot.A, weather, 0);
        happens(world, Slot.B, Kind.CRASHED, 0);

        // When
        world.look();

        // Then
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void aCrashOfStableBeforeTheAttemptIsNoExcuse() {
        // Given
        World world = World.at(25);
        happens(world, Slot.A, Kind.CRASHED, -1);
        happens(world, Slot.B, Kind.CRASHED, 0);

        // When
        world.look();

        // Then
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void aCrashBeforeTheAttemptSaysNothingAboutIt() {
        // Given
        World world = World.at(25);
        happens(world, Slot.B, Kind.CRASHED, -1);

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void aCrashLoopIsOfNowWheneverItBegan() {
        // Given
        World world = World.at(25);
        happens(world, Slot.B, Kind.CRASH_LOOP, -3600);

        // When
        world.look();

        // Then
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    /** Something happened to a slot some seconds after the attempt began. */
    private static void happens(World world, Slot slot, Kind kind, long second) {
        Fact fact = World.fact(kind, world.run().startedAt().plusSeconds(second));
        world.facts.put(slot, List.of(fact));
    }
}
