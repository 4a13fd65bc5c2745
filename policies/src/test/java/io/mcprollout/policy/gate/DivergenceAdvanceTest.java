package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What certifies a step, and what stands against it. */
class DivergenceAdvanceTest {
    private static final Design FAST = World.design(Presets.FAST, true);
    private static final Design STANDARD = World.design(Presets.STANDARD, true);

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
}
