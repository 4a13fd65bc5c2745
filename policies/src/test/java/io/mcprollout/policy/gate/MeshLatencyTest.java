package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.gate.Judgement.Kind;
import org.junit.jupiter.api.Test;

/** What users' latency, as the mesh counts it, does to a rollout. */
class MeshLatencyTest {
    private static final Design FAST = World.design(Presets.FAST, true);

    @Test
    void aCandidateThatIsSlowForItsUsersGoesBackAndTheSentenceSaysSo() {
        // Given
        Scene scene = new Scene(FAST).took(2, 970, 30, 0, 0);

        // When
        for (int i = 0; i < 12; i++) {
            scene.pair(1, false, false).took(1, 87, 3, 6, 4);
        }

        // Then
        assertThat(scene.judge(10).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Fail.class,
                        fail -> assertThat(fail.reason())
                                .matches(
                                        "slow on canary: 4\\d of 1\\d0 users' requests that gateway counted took longer"
                                                + " than 50 ms, on stable 3\\d of 1\\d{3} \\(evidence .* ≥ 100\\)"));
        assertThat(scene.judge(10).guilty()).containsExactly("gateway");
    }

    @Test
    void aCandidateThatIsALittleSlowerStays() {
        // Given
        Scene scene = new Scene(FAST).took(2, 970, 30, 0, 0);

        // When
        for (int i = 0; i < 200; i++) {
            scene.took(2, 87, 3, 18, 1);
        }

        // Then
        assertThat(latency(scene).logE()).isNegative();
        assertThat(latency(scene).candidate()).isEqualTo(new Tally(3600, 200));
        assertThat(latency(scene).stable()).isEqualTo(new Tally(17_400, 600));
    }

    @Test
    void whatSlowsBothDownIsNobodysFault() {
        // Given
        Scene scene = new Scene(FAST).took(2, 970, 30, 0, 0);

        // When
        for (int i = 0; i < 60; i++) {
            scene.took(2, 30, 60, 3, 7);
        }

        // Then
        assertThat(latency(scene).logE()).isNegative();
        assertThat(scene.judge(10).verdict()).isNotInstanceOf(Verdict.Fail.class);
    }

    @Test
    void slownessCertifiesNothingAndSickensNobody() {
        // Given
        Scene scene = new Scene(FAST).took(2, 970, 30, 0, 0);

        // When
        for (int i = 0; i < 10; i++) {
            scene.pair(1, false, false).took(1, 0, 90, 0, 10);
        }

        // Then
        assertThat(latency(scene).towardsAdvance()).isZero();
        assertThat(scene.judge(10).verdict()).isNotInstanceOf(Verdict.Unavailable.class);
    }

    @Test
    void latencyHasOneTenthOfTheEvidenceAndTheMeshHalfOfThat() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        Judgement judgement = scene.judge(10);

        // Then
        assertThat(judgement.streams().stream()
                        .filter(stream -> stream.kind() == Kind.Latency)
                        .map(Judgement.Stream::share))
                .containsExactly(.05, .05);
        assertThat(judgement.streams().stream()
                        .mapToDouble(Judgement.Stream::share)
                        .sum())
                .isCloseTo(1, within(1e-12));
    }

    @Test
    void withoutAHistogramItSaysWhy() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        scene.mesh(2, 90, 0, 10, 0);

        // Then
        assertThat(latency(scene).trouble()).isEqualTo("no histogram");
        assertThat(latency(scene).logE()).isCloseTo(0, within(1e-12));
    }

    @Test
    void whileStableIsSickNothingIsLearntOfItsLatency() {
        // Given
        Scene healthy = new Scene(FAST).took(2, 970, 30, 0, 0).took(2, 90, 0, 10, 0);
        Scene sick = new Scene(FAST).took(2, 970, 30, 0, 0).took(2, 90, 0, 10, 0);
        for (int i = 0; i < 5; i++) {
            healthy.pair(1, false, false);
            sick.pair(1, true, true);
        }

        // When
        healthy.took(2, 50, 40, 10, 0);
        sick.took(2, 50, 40, 10, 0);

        // Then
        assertThat(sick.divergence().meshes().latencies().getFirst().harm().predicted())
                .isLessThan(healthy.divergence()
                        .meshes()
                        .latencies()
                        .getFirst()
                        .harm()
                        .predicted());
    }

    private static Judgement.Stream latency(Scene scene) {
        return scene.judge(10).streams().stream()
                .filter(stream -> stream.kind() == Kind.Latency && stream.name().equals(World.MESH))
                .findFirst()
                .orElseThrow();
    }
}
