package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long a step lasts, what is said meanwhile, and what happens when no answer comes. Looks are five seconds apart. */
class AdvanceTest {
    @Test
    void aStepIsLeftWhenItsHoldIsOverAndNotBefore() {
        // Given
        World world = World.preparing();
        Instant started = world.run().startedAt();

        // When
        Decision first = world.lookUntil("Advanced");
        Instant begun = ((Stepping) world.rollout.state()).clock().last();
        world.lookUntil("Advanced");
        Instant next = ((Stepping) world.rollout.state()).clock().last();

        // Then
        assertThat(first.rationale().message()).isEqualTo("The candidate gets 10 % of new sessions");
        assertThat(world.told("Advanced"))
                .containsExactly("The candidate gets 10 % of new sessions", "The candidate gets 25 % of new sessions");
        assertThat(Duration.between(started, begun)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Duration.between(begun, next)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void aStepNeedsThreeLooksHoweverLongTheyTake() {
        // Given
        World world = World.at(10);
        world.interval = Duration.ofMinutes(1);
        world.now = world.now.plus(world.interval);
        world.lookUntil("Advanced");

        // When
        world.look(2);
        int after2 = world.candidateShare();
        world.look();

        // Then
        assertThat(after2).isEqualTo(25);
        assertThat(world.candidateShare()).isEqualTo(50);
    }

    @ParameterizedTest
    @CsvSource({"0, 25 %", "1, 50 %", "2, 100 %", "3, promoted"})
    void aCandidateThatIsWellIsHeldUntilAnInstantThatIsSaid(int step, String then) {
        // Given
        int[] weights = new Plans().weights;
        World world = World.at(weights[step]);
        Instant begun = world.now.minus(world.interval.multipliedBy(2));

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("Holding");
        assertThat(decision.rationale().message()).isEqualTo("the candidate is well; the step is held for 30s");
        assertThat(decision.rationale().until()).contains(begun.plusSeconds(30));
        assertThat(decision.rationale().then()).isEqualTo(then);
    }

    @Test
    void whatIsOverdueIsExpectedNow() {
        // Given
        World world = World.preparing();
        world.interval = Duration.ofMinutes(1);
        world.now = world.now.plus(world.interval);
        world.look();
        Instant now = world.now;

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("Holding");
        assertThat(decision.rationale().until()).contains(now);
    }

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT45S, 45s",
        "PT1M, 1m",
        "PT1M30S, 1m30s",
        "PT1H, 1h",
        "PT1H30M, 1h30m",
        "PT2H5S, 2h5s",
        "PT25H, 25h",
    })
    void durationsAreSaidAsPeopleWriteThem(Duration preflight, String words) {
        // Given
        Plans plans = new Plans();
        plans.preflight = preflight;
        World world = World.preparing(plans);
        world.look();

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().message()).isEqualTo("the candidate is well; the step is held for " + words);
        assertThat(decision.rationale().then()).isEqualTo("10 %");
    }

    @Test
    void aHoldThatIsLongerThanTheDeadlineIsNotLate() {
        // Given
        Plans plans = new Plans();
        plans.preflight = Duration.ofMinutes(20);
        World world = World.preparing(plans);
        world.look(19 * 12);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.rationale().reason()).isEqualTo("Holding");
    }

    @Test
    void missingEvidenceIsAwaitedUntilTheDeadlineThatWasSaid() {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Inconclusive("12 more pairs");
        Decision waiting = world.look();

        // When
        Decision late = world.lookUntil("Inconclusive");

        // Then
        assertThat(waiting.rationale().reason()).isEqualTo("Evidence");
        assertThat(waiting.rationale().message()).isEqualTo("12 more pairs");
        assertThat(waiting.rationale().then()).isEqualTo("held as inconclusive");
        assertThat(waiting.rationale().until()).contains(world.now.minus(world.interval));
        assertThat(late.rationale().message()).isEqualTo("no verdict within 15m: 12 more pairs");
        assertThat(late.rationale().then()).isEqualTo("held; goes on when it can be answered, or abort it");
        assertThat(world.candidateShare()).isEqualTo(10);
    }

    @Test
    void aSourceThatDoesNotAnswerIsAwaitedUntilTheDeadlineThatWasSaid() {
        // Given
        World world = World.at(25);
        world.look(2);
        world.verdict = new Verdict.Unavailable("prometheus is down");
        Decision waiting = world.look();

        // When
        Decision silent = world.lookUntil("Inconclusive");

        // Then
        assertThat(waiting.rationale().message()).isEqualTo("prometheus is down");
        assertThat(waiting.rationale().until()).contains(world.now.minus(world.interval));
        assertThat(silent.rationale().message()).isEqualTo("no answer for 5m: prometheus is down");
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void anAnswerAfterTheDeadlineStillCounts() {
        // Given
        World world = World.at(10);
        world.verdict = new Verdict.Inconclusive("12 more pairs");
        world.lookUntil("Inconclusive");
        world.verdict = new Verdict.Pass();

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void theDeadlineRollsBackWhenThePolicySaysSo() {
        // Given
        Plans plans = new Plans();
        plans.onInconclusive = DeadlineAction.Rollback;
        World world = World.preparing(plans);
        world.lookUntilShare(10);
        world.verdict = new Verdict.Inconclusive("12 more pairs");
        Decision waiting = world.look();

        // When
        world.lookUntil(RolledBack.class);

        // Then
        assertThat(waiting.rationale().then()).isEqualTo("rolled back");
        assertThat(((RolledBack) world.rollout.state()).cause()).isEqualTo(Cause.Inconclusive);
        assertThat(((RolledBack) world.rollout.state()).reason()).isEqualTo("no verdict within 15m: 12 more pairs");
    }

    @Test
    void aStepCountsAsReachedWhenEveryRouteHasBeenSeenThere() {
        // Given
        World world = World.preparing();
        world.writesFail = true;
        world.lookUntil("Advanced");

        // When
        world.look(3);
        boolean early = ((Stepping) world.rollout.state()).seen();
        world.writesFail = false;
        world.look(2);

        // Then
        assertThat(early).isFalse();
        assertThat(((Stepping) world.rollout.state()).seen()).isTrue();
        assertThat(world.candidateShare()).isEqualTo(10);
    }

    @Test
    void whatHasBeenSeenStaysSeenWhenTheRouteCannotBeRead() {
        // Given
        World world = World.at(25);
        world.routeUnreadable = true;
        world.look();
        world.routeUnreadable = false;
        world.routeB = 5;

        // When
        world.look();

        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.told("LoweredByHand")).hasSize(1);
    }

    @Test
    void thePreflightWaitsForEvidenceToo() {
        // Given
        World world = World.preparing();
        world.verdict = new Verdict.Inconclusive("12 more pairs");

        // When
        world.look(100);

        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
        assertThat(world.shares).containsExactly(0);
    }
}
