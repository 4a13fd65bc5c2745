package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rolling back waits until a blip can be excluded; going on waits until all streams are calm. */
class ConfirmationTest {
    private static final Design FAST = World.design(Presets.FAST, true);

    @Test
    void evidenceThatIsThereAtOnceMayBeABlipHoweverLongAgoItWas() {
        // Given
        Scene scene = new Scene(FAST).mesh(0, 0, 0, 0, 0).mesh(10, 900, 0, 0, 100);

        // When
        Judgement atOnce = scene.judge(10);
        Judgement muchLater = scene.wait(Duration.ofSeconds(20)).judge(10);

        // Then
        assertThat(atOnce.confirming()).isTrue();
        assertThat(atOnce.towardsRollback()).isEqualTo(1);
        assertThat(atOnce.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(atOnce.sentence())
                .endsWith("≥ 100), but nearly all of it within 8 s, which may be a blip: it is watched on");
        assertThat(muchLater.verdict()).isNotInstanceOf(Verdict.Fail.class);
    }

    @Test
    void oneStreamThatRaisesItForAsLongAsABlipIsEnough() {
        // Given
        Scene scene =
                new Scene(FAST).mesh(0, 0, 0, 0, 0).mesh(10, 900, 0, 0, 100).pair(0, false, false);

        // When
        Judgement short6 = scene.mesh(2, 90, 0, 0, 10).mesh(3, 90, 0, 0, 10).judge(10);
        Judgement long6 = scene.mesh(3, 90, 0, 0, 10)
                .pair(0, false, false)
                .mesh(2, 90, 0, 0, 10)
                .judge(10);

        // Then
        assertThat(short6.confirming()).isTrue();
        assertThat(long6.verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(long6.confirming()).isFalse();
    }

    @Test
    void evidenceThatComesSlowlyIsEnoughWithoutAStreak() {
        // Given
        Scene scene = new Scene(FAST);
        List<Boolean> confirming = new ArrayList<>();

        // When
        for (int i = 0; i < 60 && !(scene.judge(10).verdict() instanceof Verdict.Fail); i++) {
            scene.pair(1, false, true).pair(1, false, true).pair(1, false, false);
            confirming.add(scene.judge(10).confirming());
        }

        // Then
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(confirming).doesNotContain(true);
    }

    @Test
    void aBlipAndOneMoreFailureLaterIsABlip() {
        // Given
        Scene scene = new Scene(FAST).pairs(60, 1, false, false).pairs(7, 1, false, true);
        Judgement reached = scene.judge(10);

        // When
        Judgement after = scene.pairs(2, 1, false, false).pair(1, false, true).judge(10);

        // Then
        assertThat(Math.exp(scene.divergence().harm())).isPositive();
        assertThat(reached.verdict()).isNotInstanceOf(Verdict.Fail.class);
        assertThat(after.verdict()).isNotInstanceOf(Verdict.Fail.class);
    }

    @Test
    void aSuspiciousMeshAloneHoldsAnAdvance() {
        // Given
        Scene scene = new Scene(FAST).pairs(60, 1, false, false).mesh(0, 0, 0, 0, 0);
        Verdict before = scene.judge(10).verdict();

        // When
        for (int i = 0; i < 20 && scene.judge(10).streams().get(1).logE() < Math.log(5); i++) {
            scene.mesh(1, 45, 0, 8, 1).pair(1, false, false);
        }

        // Then
        Judgement judgement = scene.judge(10);
        double mesh = Math.exp(judgement.streams().get(1).logE());
        assertThat(before).isInstanceOf(Verdict.Pass.class);
        assertThat(mesh).isBetween(5.0, 9.0);
        assertThat(Math.exp(scene.divergence().harm())).isLessThan(5);
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(judgement.sentence()).contains("requests that gateway counted", "it must look well again");
    }

    @Test
    void theProbeThatFailsIsNamed() {
        // Given
        Scene scene = new Scene(two(List.of()));

        // When
        for (int i = 0; i < 8; i++) {
            scene.pair(1, false, false).pair("inside", 1, World.arm(false), World.arm(true));
        }

        // Then
        assertThat(scene.judge(10).sentence()).startsWith("canary failed 8 of 8 probes of inside, stable 0 of 8");
        assertThat(scene.judge(10).streams())
                .extracting(Judgement.Stream::share)
                .containsExactly(.45 / .55 / 2, .45 / .55 / 2, .1 / .55 / 2, .1 / .55 / 2);
    }

    @Test
    void theWeakestCertificateIsNamed() {
        // Given
        Scene first = new Scene(two(List.of()));
        Scene second = new Scene(two(List.of()));

        // When
        for (int i = 0; i < 60; i++) {
            first.pair(1, false, false);
            second.pair("inside", 1, World.arm(false), World.arm(false));
        }
        for (int i = 0; i < 25; i++) {
            first.pair("inside", 1, World.arm(false), World.arm(false));
            second.pair(1, false, false);
        }

        // Then
        assertThat(first.judge(10).sentence()).contains("it failed 0 of 25 probes of inside");
        assertThat(second.judge(10).sentence()).contains("it failed 0 of 25 probes of outside");
    }

    @Test
    void eachSourceKeepsItsOwnBooks() {
        // Given
        Scene scene = new Scene(two(List.of("other", World.MESH))).mesh(0, 0, 0, 0, 0);

        // When
        scene.mesh(2, 90, 1, 9, 2);

        // Then
        List<Judgement.Stream> streams = scene.judge(10).streams();
        assertThat(streams)
                .extracting(Judgement.Stream::share)
                .containsExactly(.225, .225, .225, .225, .025, .025, .025, .025);
        assertThat(streams.get(2).candidate().total()).isZero();
        assertThat(streams.get(2).logE()).isZero();
        assertThat(streams.get(3).candidate().total()).isEqualTo(11);
    }

    @Test
    void aLongSilenceMayHaveHiddenTheBeginningOfHarm() {
        // Given
        Scene silent = new Scene(FAST).pairs(60, 1, false, false);
        Scene unwatched = new Scene(FAST).pairs(60, 1, false, false);

        // When
        for (int i = 0; i < 6; i++) {
            silent.wait(Duration.ofSeconds(5));
        }
        silent.pair(10, false, true);
        unwatched.pair(40, false, true);

        // Then
        assertThat(silent.divergence().harm())
                .isGreaterThan(unwatched.divergence().harm());
    }

    @Test
    void anOutageStakesOnCertificatesToo() {
        // Given
        Scene watched = new Scene(World.design(Presets.STANDARD, false)).pairs(40, 1, true, true);
        Scene unwatched = new Scene(World.design(Presets.STANDARD, false)).pairs(40, 1, true, true);

        // When
        watched.pairs(60, 1, false, false);
        for (int i = 0; i < 60; i++) {
            unwatched.pairUnwatched(1, false, false);
        }

        // Then
        assertThat(watched.judge(100).towardsAdvance())
                .isGreaterThan(unwatched.judge(100).towardsAdvance() + .001);
    }

    @Test
    void aSourceThatIsReadSeldomWeighsByItsInterval() {
        // Given
        Scene seldom = new Scene(scraped(30)).mesh(0, 0, 0, 0, 0);
        Scene often = new Scene(scraped(5)).mesh(0, 0, 0, 0, 0);

        // When
        seldom.mesh(30, 900, 0, 0, 100);
        often.mesh(30, 900, 0, 0, 100);

        // Then
        assertThat(seldom.divergence().harm()).isGreaterThan(often.divergence().harm() + 3);
    }

    @Test
    void watchesForThreeTimesTheLongestInterval() {
        // Given
        Scene seldom = new Scene(scraped(30));

        // When
        seldom.wait(Duration.ofHours(1));

        // Then
        assertThat(seldom.judge(10).silence()).isEqualTo(Duration.ofSeconds(90));
    }

    private static Design two(List<String> mesh) {
        Streams streams = new Streams(
                List.of(
                        new Streams.Probe(World.PROBE, Duration.ofSeconds(1)),
                        new Streams.Probe("inside", Duration.ofSeconds(1))),
                mesh);
        return new Design(FAST.cohort(), FAST.stable(), Presets.FAST, streams, FAST.steps(), 0);
    }

    private static Design scraped(int seconds) {
        Numbers numbers = new Numbers(
                .01,
                .05,
                .005,
                .02,
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofSeconds(30),
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(5),
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                .5);
        return World.design(numbers, true);
    }
}
