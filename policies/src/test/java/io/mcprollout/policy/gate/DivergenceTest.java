package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the gate answers to given evidence. */
class DivergenceTest {
    private static final Design FAST = World.design(Presets.FAST, true);
    private static final Design STANDARD = World.design(Presets.STANDARD, true);
    private static final Design PROBES_ONLY = World.design(Presets.CAUTIOUS, false);

    @Test
    void withoutEvidenceNothingPasses() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        Judgement judgement = scene.judge(10);

        // Then
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(judgement.sentence())
                .isEqualTo("outside needs about 20 more pairs without a failure of canary" + " alone (20 s) for 10 %");
        assertThat(judgement.towardsAdvance()).isZero();
        assertThat(judgement.towardsRollback()).isZero();
        assertThat(judgement.burst()).isFalse();
        assertThat(judgement.confirming()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void probesThatFailOnCanaryAloneRollBackAtTheSixthPair(boolean mesh) {
        // Given
        Scene scene = new Scene(World.design(Presets.CAUTIOUS, mesh));

        // When
        scene.pairs(5, 10, false, true);
        Judgement fifth = scene.judge(10);
        scene.pair(10, false, true);
        Judgement sixth = scene.judge(10);

        // Then
        assertThat(fifth.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(sixth.verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(sixth.towardsRollback()).isEqualTo(1);
        assertThat(sixth.confirming()).isFalse();
    }

    @Test
    void explainsARollbackInOneSentence() {
        // Given
        Scene scene = new Scene(PROBES_ONLY);
        scene.pairs(20, 5, false, false);
        scene.pair(World.PROBE, 5, World.arm(false), Scene.failed(ProbeCode.TIMEOUT, "no answer within 5 s"));

        // When
        scene.pairs(9, 10, false, true);

        // Then
        Judgement judgement = scene.judge(10);
        assertThat(judgement.verdict()).isEqualTo(new Verdict.Fail(judgement.sentence()));
        assertThat(judgement.sentence())
                .startsWith(
                        "canary failed 10 of 10 probes of outside, stable 0 of 10: CALL_IS_ERROR get_current_time: no"
                                + " such zone (evidence ")
                .endsWith(" ≥ 100)");
    }

    @Test
    void explainsARollbackByTheMesh() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 1, 0, 0, 0);
        scene.pairs(3, 1, false, false);

        // When
        for (int i = 0; i < 12; i++) {
            scene.mesh(2, 900, 1, 50, 50);
        }

        // Then
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(scene.judge(10).sentence())
                .startsWith("canary failed 600 of 1200 requests that gateway counted, stable 12 of 10812 (evidence over"
                        + " a million ≥ 100)");
    }

    @ParameterizedTest
    @CsvSource({"90,10", "900,100", "50,12"})
    void aCanaryThatTheMeshSeesBrokenGoesBackWithoutProbes(long stable, long candidate) {
        // Given
        Scene scene = new Scene(World.design(Presets.CAUTIOUS, true)).mesh(0, 0, 0, 0, 0);

        // When
        scene.mesh(10, stable, 0, 0, candidate).mesh(10, stable, 0, 0, candidate);
        Verdict second = scene.judge(10).verdict();
        for (int i = 0; i < 3; i++) {
            scene.mesh(10, stable, 0, 0, candidate);
        }

        // Then
        assertThat(second).isNotInstanceOf(Verdict.Fail.class);
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Fail.class);
    }

    @Test
    void oneReadingNeverRollsBack() {
        // Given
        Scene scene = new Scene(World.design(Presets.CAUTIOUS, true)).mesh(0, 0, 0, 0, 0);

        // When
        scene.mesh(10, 9_000_000, 0, 0, 1_000_000).wait(Duration.ofSeconds(60));

        // Then
        assertThat(scene.judge(10).verdict()).isNotInstanceOf(Verdict.Fail.class);
    }

    @Test
    void aVariantThatVanishesFromTheMeshIsNoFailure() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 0, 0, 0, 0);

        // When
        for (int i = 0; i < 100; i++) {
            scene.mesh(10, 90, 1, 0, 0).pair(1, false, false);
        }

        // Then
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void anOutageOfBothNeverDecides() {
        // Given
        Scene scene = new Scene(STANDARD).mesh(0, 0, 0, 0, 0);
        List<Verdict> verdicts = new ArrayList<>();

        // When
        for (int i = 0; i < 120; i++) {
            scene.pair(5, true, true).mesh(0, 0, 90, 0, 10);
            verdicts.add(scene.judge(10).verdict());
        }

        // Then
        assertThat(verdicts).noneMatch(each -> each instanceof Verdict.Fail || each instanceof Verdict.Pass);
        assertThat(scene.judge(10).sentence())
                .isEqualTo("stable is unhealthy: 100 % of what outside lately saw of it failed");
    }

    @Test
    void stableThatFailsInTheMeshHolds() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 0, 0, 0, 0);

        // When
        scene.pairs(30, 1, false, false).mesh(2, 3, 97, 10, 0);

        // Then
        assertThat(scene.judge(10).verdict())
                .isEqualTo(
                        new Verdict.Unavailable("stable is unhealthy: 97 % of what gateway lately saw of it failed"));
    }

    @Test
    void afterAnOutageTheReserveIsStakedAgain() {
        // Given
        Scene outage = new Scene(World.design(Presets.FAST, false)).pairs(40, 1, true, true);
        Scene unwatched = new Scene(World.design(Presets.FAST, false)).pairs(40, 1, true, true);

        // When
        int healthy = 0;
        while (outage.judge(10).verdict() instanceof Verdict.Unavailable) {
            outage.pair(1, false, false);
            healthy++;
        }
        for (int i = 0; i < healthy; i++) {
            unwatched.pairUnwatched(1, false, false);
        }

        // Then
        assertThat(healthy).isBetween(15, 30);
        assertThat(pairsUntilFailure(outage)).isLessThan(pairsUntilFailure(unwatched));
    }

    @Test
    void aReadingAfterAGapWeighsNoMoreThanAnother() {
        // Given
        Scene gap = new Scene(FAST).mesh(0, 0, 0, 0, 0);
        Scene none = new Scene(FAST).mesh(0, 0, 0, 0, 0);

        // When
        gap.mesh(60, 90, 0, 0, 100);
        none.mesh(10, 90, 0, 0, 100);

        // Then
        assertThat(gap.divergence().harm()).isEqualTo(none.divergence().harm());
    }

    @Test
    void passesWhenTheProbeCertifies() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        scene.pairs(19, 1, false, false);
        Judgement before = scene.judge(10);
        scene.pairs(3, 1, false, false);
        Judgement after = scene.judge(10);

        // Then
        assertThat(before.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(before.towardsAdvance()).isBetween(.8, .999);
        assertThat(after.verdict()).isEqualTo(new Verdict.Pass());
        assertThat(after.towardsAdvance()).isEqualTo(1);
        assertThat(after.sentence())
                .isEqualTo(
                        "canary is good enough for 10 %: it failed 0 of 22 probes of outside, stable 0 of 22 (evidence"
                                + " 29 ≥ 20)");
    }

    @ParameterizedTest
    @CsvSource({"10,true", "20,true", "25,true", "26,false", "50,false", "100,false"})
    void aHigherWeightNeedsMore(int next, boolean passes) {
        // Given
        Scene scene = new Scene(FAST);

        // When
        scene.pairs(24, 1, false, false);

        // Then
        assertThat(scene.judge(next).verdict() instanceof Verdict.Pass).isEqualTo(passes);
    }

    @Test
    void nothingIsCertifiedForAWeightBeyondThePlan() {
        // Given
        Design upTo25 = new Design(FAST.cohort(), Slot.A, Presets.FAST, FAST.streams(), Scene.steps(25, 10), 0);
        Scene scene = new Scene(upTo25);

        // When
        scene.pairs(200, 1, false, false);

        // Then
        assertThat(scene.judge(25).verdict()).isInstanceOf(Verdict.Pass.class);
        assertThat(scene.judge(26).verdict())
                .isEqualTo(new Verdict.Inconclusive(
                        "the plan has no step of 26 % or more, so nothing was gathered for it"));
        assertThat(scene.judge(26).towardsAdvance()).isZero();
    }

    @Test
    void everyProbeMustCertify() {
        // Given
        Streams two = new Streams(
                List.of(
                        new Streams.Probe("outside", Duration.ofSeconds(1)),
                        new Streams.Probe("inside", Duration.ofSeconds(1))),
                List.of());
        Scene scene = new Scene(new Design(FAST.cohort(), Slot.A, Presets.FAST, two, FAST.steps(), 0));

        // When
        scene.pairs(30, 1, false, false);
        Judgement one = scene.judge(10);
        for (int i = 0; i < 30; i++) {
            scene.pair("inside", 1, World.arm(false), World.arm(false));
        }

        // Then
        assertThat(one.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(one.sentence()).startsWith("inside needs about 20 more pairs");
        assertThat(one.towardsAdvance()).isZero();
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void withoutProbesNothingIsCertified() {
        // Given
        Streams mesh = new Streams(List.of(), List.of(World.MESH));
        Scene scene = new Scene(new Design(FAST.cohort(), Slot.A, Presets.FAST, mesh, FAST.steps(), 0));
        scene.mesh(0, 0, 0, 0, 0);

        // When
        for (int i = 0; i < 100; i++) {
            scene.mesh(2, 90, 0, 10, 0);
        }

        // Then
        assertThat(scene.judge(10).verdict())
                .isEqualTo(new Verdict.Inconclusive("no probe is configured that could show canary to be good enough"));
        assertThat(scene.judge(10).towardsAdvance()).isZero();
    }

    @Test
    void saysWhenACertificateIsOutOfSight() {
        // Given
        Numbers strict = new Numbers(
                .01,
                .05,
                .005,
                .001,
                Duration.ZERO,
                Duration.ofHours(1),
                Duration.ofSeconds(6),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                .5);
        Scene scene = new Scene(World.design(strict, false));

        // When
        Judgement judgement = scene.judge(100);

        // Then
        assertThat(judgement.sentence()).startsWith("outside needs more than 2000 more pairs");
    }

    @Test
    void aRestlessCanaryDoesNotAdvance() {
        // Given
        Scene scene = new Scene(FAST).pairs(200, 1, false, false).mesh(0, 0, 0, 0, 0);

        // When
        scene.mesh(2, 90, 0, 0, 10).mesh(2, 90, 0, 5, 5).pair(1, false, false);

        // Then
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(scene.judge(10).sentence())
                .startsWith("canary failed 15 of 20 requests that gateway counted, stable 0 of 180 (evidence ")
                .endsWith("; it must look well again before it gets more traffic");
        assertThat(scene.judge(10).burst()).isTrue();
    }

    @Test
    void aBlipThatIsOverIsNotConfirmed() {
        // Given
        Scene scene = new Scene(World.design(Presets.FAST, false)).pairs(3, 1, false, false);

        // When
        scene.pairs(7, 1, false, true).pair(1, false, false);
        Judgement over = scene.judge(10);
        scene.wait(Duration.ofSeconds(2));
        Judgement later = scene.judge(10);

        // Then
        assertThat(scene.divergence().harm()).isGreaterThan(Math.log(10));
        assertThat(over.verdict()).isNotInstanceOf(Verdict.Fail.class);
        assertThat(later.verdict()).isNotInstanceOf(Verdict.Fail.class);
    }

    @Test
    void aDiscordantPairInEitherDirectionAsksForABurst() {
        // Given
        Scene candidate = new Scene(STANDARD).pairs(30, 5, false, false);
        Scene stable = new Scene(STANDARD).pairs(30, 5, false, false);

        // When
        candidate.pair(5, false, true);
        stable.pair(5, true, false);

        // Then
        assertThat(candidate.judge(10).burst()).isTrue();
        assertThat(stable.judge(10).burst()).isTrue();
    }

    @Test
    void aBurstEndsAndBothFailedIsNone() {
        // Given
        Scene scene = new Scene(STANDARD).pairs(30, 5, false, false).pair(5, true, false);

        // When
        scene.pairs(5, 5, false, false);
        boolean before = scene.judge(10).burst();
        scene.pair(5, true, true);

        // Then
        assertThat(before).isTrue();
        assertThat(scene.judge(10).burst()).isFalse();
    }

    @Test
    void pairsThatCouldNotBeCarriedOutHold() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false);

        // When
        for (int i = 0; i < 60; i++) {
            scene.pair(World.PROBE, 1, Scene.failed(ProbeCode.DNS_FAIL, "mcp.example.com"), World.arm(true));
        }

        // Then
        Judgement judgement = scene.judge(10);
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Unavailable.class);
        assertThat(judgement.sentence())
                .matches("\\d+ % of the latest pairs of outside could not be carried out: DNS_FAIL mcp.example.com");
        assertThat(judgement.droppedPairs()).isEqualTo(60);
        assertThat(judgement.streams().getFirst().candidate()).isEqualTo(new Tally(30, 0));
        assertThat(judgement.streams().getFirst().trouble()).isEqualTo("DNS_FAIL mcp.example.com");
    }

    @Test
    void silenceHoldsAndIsMeasuredByWhatWasWatched() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false);

        // When
        scene.wait(Duration.ofSeconds(3));
        Verdict after3 = scene.judge(10).verdict();
        scene.wait(Duration.ofSeconds(1));
        Judgement after4 = scene.judge(10);
        scene.wait(Duration.ofHours(1));
        Judgement afterAnHour = scene.judge(10);

        // Then
        assertThat(after3).isInstanceOf(Verdict.Pass.class);
        assertThat(after4.verdict()).isEqualTo(new Verdict.Unavailable("no evidence for 4 s"));
        assertThat(after4.silence()).isEqualTo(Duration.ofSeconds(4));
        assertThat(afterAnHour.silence()).isEqualTo(Duration.ofSeconds(10));
    }

    @Test
    void judgingLaterCountsTheTimeWithoutATick() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false);

        // When
        Judgement judgement = scene.divergence().judge(scene.now().plusSeconds(5), new Weight(10));

        // Then
        assertThat(judgement.silence()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void timeThatGoesBackCountsNothing() {
        // Given
        Scene scene = new Scene(FAST).pairs(30, 1, false, false).wait(Duration.ofSeconds(2));

        // When
        Divergence back = scene.divergence().tick(scene.now().minusSeconds(100)).tick(scene.now());

        // Then
        assertThat(back).isEqualTo(scene.divergence());
    }

    @Test
    void aPairIsTakenOnceAndOnlyOfItsStreams() {
        // Given
        Divergence once = new Scene(FAST).pair(1, false, true).divergence();
        Instant due = Scene.START.plusSeconds(1);

        // When
        Divergence twice = once.with(new ProbePair(World.PROBE, 1, due, World.arm(false), World.arm(true)), true);
        Divergence foreign = once.with(new ProbePair("other", 2, due, World.arm(false), World.arm(true)), true);

        // Then
        assertThat(twice).isEqualTo(once);
        assertThat(foreign).isEqualTo(once);
    }

    @Test
    void aReadingOfAnotherSourceChangesNothing() {
        // Given
        Divergence before = new Scene(FAST).divergence();
        Reading.Unreadable foreign = new Reading.Unreadable("other", Scene.START, "no answer");

        // When
        Divergence after = before.with(foreign, ProbeLog.startingAt(Scene.START), true);

        // Then
        assertThat(after).isEqualTo(before);
    }

    @Test
    void saysWhyASourceGaveNothing() {
        // Given
        Scene scene = new Scene(FAST);
        Reading.Unreadable unreadable = new Reading.Unreadable(World.MESH, Scene.START, "no answer within 2 s");

        // When
        Judgement judgement = scene.divergence()
                .with(unreadable, ProbeLog.startingAt(Scene.START), true)
                .judge(scene.now(), new Weight(10));

        // Then
        assertThat(judgement.streams().get(1).trouble()).isEqualTo("no answer within 2 s");
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Inconclusive.class);
    }

    @Test
    void tellsWhatEachStreamContributes() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 5, 5, 5, 5);

        // When
        scene.pairs(3, 1, false, true).pairs(2, 1, true, false).mesh(2, 80, 2, 9, 1);

        // Then
        List<Judgement.Stream> streams = scene.judge(10).streams();
        assertThat(streams)
                .extracting(Judgement.Stream::name)
                .containsExactly("outside", "gateway", "outside", "gateway");
        assertThat(streams)
                .extracting(Judgement.Stream::kind)
                .containsExactly(
                        Judgement.Kind.Probe, Judgement.Kind.Mesh, Judgement.Kind.Latency, Judgement.Kind.Latency);
        assertThat(streams)
                .extracting(Judgement.Stream::stable)
                .containsExactly(new Tally(3, 2), new Tally(80, 2), Tally.NONE, Tally.NONE);
        assertThat(streams)
                .extracting(Judgement.Stream::candidate)
                .containsExactly(new Tally(2, 3), new Tally(9, 1), Tally.NONE, Tally.NONE);
        assertThat(streams).extracting(Judgement.Stream::share).containsExactly(.45, .45, .05, .05);
        assertThat(streams.getFirst().logE()).isNotZero();
    }

    @Test
    void aChangeOfWeightsClosesBlocksAndStakesReserve() {
        // Given
        Scene scene =
                new Scene(FAST).pairs(30, 1, false, false).mesh(0, 0, 0, 0, 0).mesh(1, 8, 0, 8, 0);
        Tally before = scene.judge(10).streams().get(1).candidate();

        // When
        scene.weightChanged();

        // Then
        assertThat(before).isEqualTo(Tally.NONE);
        assertThat(scene.judge(10).streams().get(1).candidate()).isEqualTo(new Tally(8, 0));
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Pass.class);
    }

    @Test
    void harmThatBeginsWithAWeightIsFoundSooner() {
        // Given
        Scene changed = new Scene(World.design(Presets.FAST, false)).pairs(300, 1, false, false);
        Scene unchanged = new Scene(World.design(Presets.FAST, false)).pairs(300, 1, false, false);

        // When
        changed.weightChanged();

        // Then
        assertThat(pairsUntilFailure(changed)).isLessThan(pairsUntilFailure(unchanged));
    }

    @Test
    void anotherRevisionStartsAnewFromTheSameCounters() {
        // Given
        Scene scene =
                new Scene(FAST).mesh(0, 100, 1, 10, 1).pairs(6, 1, false, true).mesh(2, 4, 0, 1, 0);
        Design next = new Design(
                new Cohort(new Revision("1-old"), new Revision("1-newer")),
                Slot.A,
                Presets.FAST,
                FAST.streams(),
                FAST.steps(),
                1);

        // When
        Divergence anew = scene.divergence().restart(next, scene.now());
        Reading reading = scene.mesh(2, 80, 0, 9, 3).reading();
        Judgement judgement =
                anew.with(reading, ProbeLog.startingAt(Scene.START), true).judge(scene.now(), new Weight(10));

        // Then
        assertThat(anew.design()).isEqualTo(next);
        assertThat(anew.harm()).isZero();
        assertThat(judgement.streams().getFirst().candidate()).isEqualTo(Tally.NONE);
        assertThat(judgement.streams().get(1).candidate()).isEqualTo(new Tally(9, 3));
    }

    @Test
    void aRestartNeedsTwiceTheEvidence() {
        // Given
        Design again = new Design(FAST.cohort(), Slot.A, Presets.FAST, FAST.streams(), FAST.steps(), 1);
        Scene first = new Scene(FAST).pairs(5, 1, false, true);
        Scene second = new Scene(again).pairs(5, 1, false, true);

        // When
        double ratio = first.judge(10).towardsRollback() / second.judge(10).towardsRollback();

        // Then
        assertThat(ratio).isEqualTo(Math.log(200) / Math.log(100), within(1e-9));
    }

    @Test
    void theLogOfProbesIsNeededFromTheLastReadingOn() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        scene.mesh(7, 1, 0, 1, 0);

        // Then
        assertThat(scene.divergence().probesNeededSince()).isEqualTo(Scene.START.plusSeconds(7));
    }

    @Test
    void countsFailuresByTheirMostFrequentCode() {
        // Given
        Scene scene = new Scene(World.design(Presets.FAST, false));

        // When
        for (ProbeCode code :
                List.of(ProbeCode.TIMEOUT, ProbeCode.HTTP_5XX, ProbeCode.CALL_IS_ERROR, ProbeCode.TCP_REFUSED)) {
            scene.pair(World.PROBE, 1, World.arm(false), Scene.failed(code, "seen"));
        }
        scene.pair(World.PROBE, 1, World.arm(false), Scene.failed(ProbeCode.HTTP_5XX, "seen later"));

        // Then
        assertThat(scene.judge(10).sentence())
                .contains("canary failed 5 of 5 probes of outside, stable 0 of 5: HTTP_5XX seen (");
    }

    @Test
    void aFailureWithoutDetailIsNamedByItsCode() {
        // Given
        Scene scene = new Scene(World.design(Presets.FAST, false));

        // When
        for (int i = 0; i < 5; i++) {
            scene.pair(World.PROBE, 1, World.arm(false), Scene.failed(ProbeCode.TIMEOUT, ""));
        }

        // Then
        assertThat(scene.judge(10).sentence()).contains("stable 0 of 5: TIMEOUT (evidence");
    }

    @Test
    void candidatesOutcomeIsJudgedAlone() {
        // Given
        Outcome fault = Outcome.of(ProbeCode.DNS_FAIL, "");

        // When
        Scene scene = new Scene(FAST).pair(World.PROBE, 1, World.arm(true), Scene.failed(ProbeCode.DNS_FAIL, ""));

        // Then
        assertThat(fault).isInstanceOf(Outcome.ProberFault.class);
        assertThat(scene.judge(10).droppedPairs()).isEqualTo(1);
        assertThat(scene.judge(10).streams().getFirst().stable()).isEqualTo(Tally.NONE);
    }

    @Test
    void aSavedStateGoesOnAsIfNothingHadHappened() {
        // Given
        Scene kept = eventful(new Scene(FAST));
        Scene saved = eventful(new Scene(FAST)).saved();

        // When
        eventful(kept);
        eventful(saved).saved();

        // Then
        assertThat(saved.divergence()).isEqualTo(kept.divergence()).hasSameHashCodeAs(kept.divergence());
        assertThat(saved.divergence()).isNotEqualTo(eventful(new Scene(FAST)).divergence());
        assertThat(saved.judge(25)).isEqualTo(kept.judge(25));
    }

    @Test
    void aStateThatGoesOnBehindItsEndIsRefused() {
        // Given
        String text = new Scene(FAST).divergence().encode();
        String longer = new StateWriter(text.substring(0, text.lastIndexOf(' ')))
                .count(5)
                .finish();

        // When / Then
        assertThatThrownBy(() -> Divergence.decode(longer))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("goes on");
    }

    @Test
    void showsItselfAsItsText() {
        // Given
        Divergence divergence = new Scene(FAST).divergence();

        // When
        String shown = divergence.toString();

        // Then
        assertThat(shown).isEqualTo(divergence.encode());
        assertThat(divergence).isNotEqualTo("something else");
    }

    private static Scene eventful(Scene scene) {
        return scene.mesh(3, 90, 1, 9, 2)
                .pair(1, false, true)
                .pair(World.PROBE, 1, Scene.failed(ProbeCode.DNS_FAIL, "no such host"), World.arm(false))
                .mesh(1, 3, 0, 9, 0)
                .weightChanged()
                .pairs(30, 1, true, true)
                .mesh(2, 9, 0, 9, 0)
                .mesh(0, 9, 0, 9, 0)
                .wait(Duration.ofMillis(4500))
                .pair(1, false, true);
    }

    private static int pairsUntilFailure(Scene scene) {
        for (int pairs = 1; pairs <= 100; pairs++) {
            if (scene.pair(1, false, true).judge(10).verdict() instanceof Verdict.Fail) {
                return pairs;
            }
        }
        return 101;
    }
}
