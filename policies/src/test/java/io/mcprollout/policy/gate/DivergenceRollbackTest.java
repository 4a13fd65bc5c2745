package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What sends a canary back, what does not, and how it is explained. */
class DivergenceRollbackTest {
    private static final Design FAST = World.design(Presets.FAST, true);
    private static final Design PROBES_ONLY = World.design(Presets.CAUTIOUS, false);

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

    private static int pairsUntilFailure(Scene scene) {
        for (int pairs = 1; pairs <= 100; pairs++) {
            if (scene.pair(1, false, true).judge(10).verdict() instanceof Verdict.Fail) {
                return pairs;
            }
        }
        return 101;
    }
}
