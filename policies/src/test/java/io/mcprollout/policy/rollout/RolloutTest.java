package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is remembered, and for how long. */
class RolloutTest {
    private static List<Revision> revisions(int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(number -> new Revision("1-v" + number))
                .toList();
    }

    @Test
    void theLast20CondemnedRevisionsAreRemembered() {
        // Given
        Rollout full = Rollout.NEW;
        for (Revision revision : revisions(1, 20)) {
            full = full.condemning(revision);
        }

        // When
        Rollout next = full.condemning(new Revision("1-v21")).condemning(new Revision("1-v22"));

        // Then
        assertThat(full.condemned()).isEqualTo(revisions(1, 20));
        assertThat(next.condemned()).isEqualTo(revisions(3, 22));
    }

    @Test
    void aRevisionIsCondemnedOnce() {
        // Given
        Rollout condemned = Rollout.NEW.condemning(World.V1).condemning(World.V2);

        // When
        Rollout again = condemned.condemning(World.V1);

        // Then
        assertThat(again.condemned()).containsExactly(World.V1, World.V2);
    }

    @Test
    void theLast20CommandsAreRemembered() {
        // Given
        Rollout rollout = Rollout.NEW;

        // When
        for (int attempt = 1; attempt <= 25; attempt++) {
            rollout = rollout.consuming(Command.of(Kind.Retry, "1-v1", attempt));
        }

        // Then
        assertThat(rollout.consumed())
                .extracting(Command::attempt)
                .isEqualTo(IntStream.rangeClosed(6, 25).boxed().toList());
    }

    @Test
    void startsAreCountedForThe20RevisionsThatStartedLast() {
        // Given
        Rollout rollout = Rollout.NEW;
        for (Revision revision : revisions(1, 20)) {
            rollout = rollout.counting(revision);
        }

        // When
        Rollout twice = rollout.counting(new Revision("1-v1"));
        Rollout next = twice.counting(new Revision("1-v21"));

        // Then
        assertThat(rollout.startsOf(new Revision("1-v20"))).isEqualTo(1);
        assertThat(twice.starts()).hasSize(20).containsEntry(new Revision("1-v1"), 2);
        assertThat(next.starts())
                .hasSize(20)
                .containsEntry(new Revision("1-v1"), 2)
                .doesNotContainKey(new Revision("1-v2"));
        assertThat(next.startsOf(new Revision("1-v2"))).isZero();
    }

    @Test
    void aLookOnTheClockOnlyIsTheSameMoment() {
        // Given
        World world = World.at(25);
        Rollout before = world.rollout;

        // When
        world.look();

        // Then
        assertThat(world.rollout).isNotEqualTo(before);
        assertThat(world.rollout.isSameMoment(before)).isTrue();
    }

    @Test
    void aStepIsAnotherMoment() {
        // Given
        World world = World.at(25);
        Rollout before = world.rollout;

        // When
        world.lookUntil("Advanced");

        // Then
        assertThat(world.rollout.isSameMoment(before)).isFalse();
    }

    @Test
    void soIsAnythingElseThatIsRemembered() {
        // Given
        Rollout before = World.at(25).rollout;

        // When
        Rollout fought = before.with(before.contest().again(World.START));
        Rollout swapped = before.withStable(Slot.B);

        // Then
        assertThat(List.of(fought, swapped)).noneMatch(before::isSameMoment);
    }

    @Test
    void aPardonForgetsOneRevision() {
        // Given
        Rollout rollout = Rollout.NEW.condemning(World.V1).condemning(World.V2);

        // When
        Rollout pardoned = rollout.pardoning(World.V1);

        // Then
        assertThat(pardoned.condemned()).containsExactly(World.V2);
    }
}
