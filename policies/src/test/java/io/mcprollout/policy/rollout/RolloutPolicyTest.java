package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Idle;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.RolledBack;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RolloutPolicyTest {
    private static World idle() {
        World world = new World();
        world.lookUntil(Idle.class);
        return world;
    }

    private static World releasing() {
        World world = idle();
        world.revisions.put(Slot.B, Optional.of(World.V2));
        return world;
    }

    private static World at(int percent) {
        World world = releasing();
        world.lookUntilShare(percent);
        return world;
    }

    @Test
    void aGoodReleaseGoesThroughEveryStepAndIsPromoted() {
        // Given
        World world = releasing();
        List<Integer> shares = new ArrayList<>();
        // When
        while (!(world.rollout.state() instanceof Promoted)) {
            world.look();
            if (shares.isEmpty() || shares.getLast() != world.candidateShare()) {
                shares.add(world.candidateShare());
            }
        }
        // Then
        assertThat(shares).containsExactly(0, 10, 25, 50, 100, 0);
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V2));
        assertThat(world.rules).isEmpty();
        assertThat(world.rollout.stable()).isEqualTo(Slot.A);
    }

    @Test
    void nothingStartsOnInstall() {
        // Given
        World world = new World();
        world.revisions.put(Slot.B, Optional.of(World.V2));
        // When
        world.lookUntil(Idle.class);
        Decision decision = world.look();
        // Then
        assertThat(decision.next().state()).isInstanceOf(Idle.class);
        assertThat(decision.rationale().reason()).isEqualTo("Settled");
        assertThat(decision.rationale().message()).contains("mcprollout.io/retry=1-v2#0");
    }

    @Test
    void aRetryRollsOutWhatWasThereAtInstall() {
        // Given
        World world = new World();
        world.revisions.put(Slot.B, Optional.of(World.V2));
        world.lookUntil(Idle.class);
        world.commands.add(Command.parse(Command.Kind.Retry, "1-v2#0"));
        // When
        world.look();
        // Then
        assertThat(world.rollout.state()).isInstanceOf(Preparing.class);
    }

    @Test
    void nothingStartsAfterAPromotion() {
        // Given
        World world = releasing();
        world.lookUntil(Promoted.class);
        // When
        Decision decision = world.look();
        // Then
        assertThat(decision.next().state()).isInstanceOf(Promoted.class);
        assertThat(decision.rationale().reason()).isEqualTo("UpToDate");
    }

    @Test
    void adoptionTakesTheSlotThatHasTheTraffic() {
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
        assertThat(decision.next().state()).isInstanceOf(Initializing.class);
        assertThat(decision.rationale().reason()).isEqualTo("AdoptionAmbiguous");
        assertThat(world.routeB).isEqualTo(30);
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 25, 50, 100})
    void aWorseCandidateGoesBackAtEveryStep(int percent) {
        // Given
        World world = at(percent);
        world.verdict = new Verdict.Fail("search failed 6 of 6");
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isZero();
        world.verdict = new Verdict.Pass();
        world.lookUntil(RolledBack.class);
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
        assertThat(world.look().rationale().reason()).isEqualTo("Condemned");
    }

    @Test
    void aWorseCandidateNeverGetsWeightInThePreflight() {
        // Given
        World world = releasing();
        world.verdict = new Verdict.Fail("search failed 6 of 6");
        // When
        world.lookUntil(RolledBack.class);
        // Then
        assertThat(world.told).noneMatch(told -> told.reason().equals("Advanced"));
    }

    @Test
    void unavailableEvidenceHoldsWithoutAnEndToTheHold() {
        // Given
        World world = at(25);
        world.verdict = new Verdict.Unavailable("prometheus is down");
        // When
        world.look();
        world.interval = Duration.ofSeconds(60);
        for (int i = 0; i < 30; i++) {
            world.look();
        }
        Decision decision = world.look();
        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(decision.rationale().reason()).isEqualTo("Inconclusive");
        assertThat(decision.rationale().message()).contains("no answer for 5m", "prometheus is down");
    }

    @Test
    void theDeadlineRollsBackWhenThePolicySaysSo() {
        // Given
        World world = idle();
        world.desired = new Desired.Accepted(World.plan(Promotion.Replace, DeadlineAction.Rollback));
        world.revisions.put(Slot.B, Optional.of(World.V2));
        world.lookUntilShare(10);
        world.verdict = new Verdict.Inconclusive("12 more pairs");
        // When
        world.lookUntil(RolledBack.class);
        // Then
        assertThat(((RolledBack) world.rollout.state()).cause()).isEqualTo(Cause.Inconclusive);
        assertThat(((RolledBack) world.rollout.state()).reason()).contains("no verdict within 15m", "12 more pairs");
    }

    @Test
    void aRollbackIsOnlyOverWhenTheRouteIsSeenBack() {
        // Given
        World world = at(50);
        world.writesFail = true;
        world.verdict = new Verdict.Fail("worse");
        for (int i = 0; i < 10; i++) {
            world.look();
        }
        // When
        RolloutState meanwhile = world.rollout.state();
        world.writesFail = false;
        world.look();
        world.look();
        // Then
        assertThat(meanwhile).isInstanceOf(RollingBack.class);
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
    }

    @Test
    void aRollbackNeedsNeitherSpecNorStableNorAnUntouchedRoute() {
        // Given
        World world = at(50);
        world.desired = new Desired.Refused("Invalid", List.of("spec.steps: are gone"));
        world.ready.put(Slot.A, 0);
        world.routeOdd = true;
        world.verdict = new Verdict.Fail("worse");
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void aNewRevisionTakesTheWeightAwayInTheSameLookAndStartsOver() {
        // Given
        World world = at(25);
        world.revisions.put(Slot.B, Optional.of(World.V3));
        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Preparing.class);
        // Then
        assertThat(share).isZero();
        assertThat(((Preparing) world.rollout.state()).run().revision()).isEqualTo(World.V3);
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void aRevisionPushedAtTheLastMomentIsNotPromoted() {
        // Given
        World world = at(100);
        world.revisions.put(Slot.B, Optional.of(World.V3));
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.revisions).containsEntry(Slot.A, Optional.of(World.V1));
    }

    @Test
    void aFixPushedAfterAFailureIsRolledOut() {
        // Given
        World world = at(25);
        world.verdict = new Verdict.Fail("worse");
        world.lookUntil(RolledBack.class);
        world.verdict = new Verdict.Pass();
        world.revisions.put(Slot.B, Optional.of(World.V3));
        // When
        world.lookUntil(Promoted.class);
        // Then
        assertThat(((Promoted) world.rollout.state()).revision()).isEqualTo(World.V3);
    }

    @Test
    void aRetryCountsOnce() {
        // Given
        World world = at(10);
        world.verdict = new Verdict.Fail("worse");
        world.lookUntil(RolledBack.class);
        world.commands.add(Command.parse(Command.Kind.Retry, "1-v2#1"));
        world.lookUntil(Preparing.class);
        // When
        world.lookUntil(RolledBack.class);
        world.look();
        world.look();
        // Then
        assertThat(world.rollout.attempt()).isEqualTo(2);
        assertThat(world.rollout.state()).isInstanceOf(RolledBack.class);
    }

    @Test
    void anAbortGoesBackAndCondemns() {
        // Given
        World world = at(25);
        world.commands.add(Command.parse(Command.Kind.Abort, "1-v2#1"));
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void aStaleCommandIsReportedAndDoesNothing() {
        // Given
        World world = at(25);
        world.commands.add(Command.parse(Command.Kind.Abort, "1-v2#7"));
        // When
        world.look();
        world.look();
        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
        assertThat(world.told)
                .filteredOn(told -> told.reason().equals("CommandIgnored"))
                .hasSize(1);
    }

    @Test
    void aShareLoweredByHandIsAnAbort() {
        // Given
        World world = at(25);
        world.routeB = 5;
        // When
        world.lookUntil(RolledBack.class);
        // Then
        assertThat(((RolledBack) world.rollout.state()).cause()).isEqualTo(Cause.LoweredByHand);
    }

    @Test
    void aShareRaisedByHandIsUndoneAndNothingRisesWhileSomebodyFights() {
        // Given
        World world = at(25);
        // When
        for (int i = 0; i < 60; i++) {
            world.routeB = 80;
            world.look();
        }
        // Then
        assertThat(world.rollout.state()).isInstanceOf(Stepping.class);
        assertThat(world.told).filteredOn(told -> told.reason().equals("Drift")).hasSizeBetween(3, 10);
    }

    @Test
    void pausedAdvancesNothingButGoesBack() {
        // Given
        World world = at(25);
        world.mode = Mode.Paused;
        for (int i = 0; i < 1000; i++) {
            world.look();
        }
        int share = world.candidateShare();
        world.verdict = new Verdict.Fail("worse");
        // When
        world.look();
        // Then
        assertThat(share).isEqualTo(25);
        assertThat(world.candidateShare()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = SlotView.Kind.class,
            names = {"CRASHED", "OOM_KILLED", "CRASH_LOOP", "READINESS_LOST"})
    void aCrashOfTheCandidateCondemnsAtOnce(SlotView.Kind kind) {
        // Given
        World world = at(25);
        world.facts.put(Slot.B, List.of(World.fact(kind, world.now)));
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(world.rollout.isCondemned(World.V2)).isTrue();
    }

    @Test
    void aCrashOfBothIsNotTheCandidatesFault() {
        // Given
        World world = at(25);
        world.facts.put(Slot.A, List.of(World.fact(SlotView.Kind.CRASHED, world.now)));
        world.facts.put(Slot.B, List.of(World.fact(SlotView.Kind.CRASHED, world.now)));
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isEqualTo(25);
    }

    @Test
    void theWeatherTakesTheWeightAwayAndCondemnsNothing() {
        // Given
        World world = at(25);
        world.ready.put(Slot.B, 0);
        world.facts.put(Slot.B, List.of(World.fact(SlotView.Kind.DISRUPTED, world.now)));
        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Blocked.class);
        world.ready.put(Slot.B, 2);
        world.facts.put(Slot.B, List.of());
        world.lookUntil(Promoted.class);
        // Then
        assertThat(share).isZero();
        assertThat(world.rollout.attempt()).isEqualTo(1);
    }

    @Test
    void anImageThatCannotBePulledBlocksAndGoesOnByItself() {
        // Given
        World world = releasing();
        world.ready.put(Slot.B, 0);
        world.facts.put(Slot.B, List.of(World.fact(SlotView.Kind.IMAGE_PULL, world.now)));
        world.lookUntil(Blocked.class);
        world.ready.put(Slot.B, 2);
        world.facts.put(Slot.B, List.of());
        // When
        world.lookUntil(Promoted.class);
        // Then
        assertThat(world.rollout.condemned()).isEmpty();
    }

    @Test
    void stableChangedMeansTheWeightIsWithdrawnAndItStartsOver() {
        // Given
        World world = at(25);
        world.revisions.put(Slot.A, Optional.of(World.V3));
        // When
        world.look();
        int share = world.candidateShare();
        world.lookUntil(Preparing.class);
        // Then
        assertThat(share).isZero();
        assertThat(((Preparing) world.rollout.state()).run().cohort().stable()).isEqualTo(World.V3);
    }

    @Test
    void deletionReturnsTrafficBeforeTheResourceGoes() {
        // Given
        World world = at(50);
        world.deleting = true;
        // When
        world.look();
        int share = world.candidateShare();
        boolean early = world.released;
        world.look();
        // Then
        assertThat(share).isZero();
        assertThat(early).isFalse();
        assertThat(world.released).isTrue();
    }

    @Test
    void gitPromotionWaitsForTheCommit() {
        // Given
        World world = releasing();
        world.gitManaged = true;
        world.desired = new Desired.Accepted(World.plan(Promotion.Auto, DeadlineAction.Hold));
        Decision waiting = world.lookUntil(AwaitingGit.class);
        world.revisions.put(Slot.A, Optional.of(World.V2));
        // When
        world.lookUntil(Promoted.class);
        // Then
        assertThat(waiting.rationale().message()).contains("Commit its pod template to mcp-a");
        assertThat(world.candidateShare()).isZero();
    }

    @Test
    void aCopyThatIsUndoneWaitsForAPersonWithTrafficOnTheCandidate() {
        // Given
        World world = releasing();
        world.lookUntil(Returning.class);
        world.ready.put(Slot.A, 1);
        world.look();
        world.look();
        world.revisions.put(Slot.A, Optional.of(World.V1));
        // When
        world.look();
        // Then
        assertThat(world.rollout.state()).isInstanceOf(AwaitingGit.class);
        assertThat(world.candidateShare()).isEqualTo(100);
    }

    @Test
    void sessionsThatNobodyPinsGetNoWeight() {
        // Given
        World world = releasing();
        world.probes = new Observation.Probes(5, true, "");
        // When
        for (int i = 0; i < 100; i++) {
            world.look();
        }
        Decision decision = world.look();
        // Then
        assertThat(world.candidateShare()).isZero();
        assertThat(decision.rationale().message()).contains("spec.sessions.pinning: None");
    }

    @Test
    void aPauseOfTheControllerIsNotAHeldStep() {
        // Given
        World world = at(10);
        world.now = world.now.plus(Duration.ofHours(1));
        // When
        world.look();
        // Then
        assertThat(world.candidateShare()).isEqualTo(10);
    }
}
