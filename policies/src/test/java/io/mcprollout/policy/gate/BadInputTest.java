package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the whole gate makes of single input that cannot be, or hardly; the ledger's own tests have the details. */
class BadInputTest {
    private final Scene scene = new Scene(World.design(Presets.FAST, true)).mesh(0, 0, 0, 0, 0);

    @Test
    void negativeCountersAreNoEvidence() {
        // Given
        scene.mesh(2, 90, 1, 10, 0);
        Judgement before = scene.judge(10);

        // When
        Judgement after = read(scene.now().plusSeconds(2), Map.of(new Series("pod", Slot.B, true), -5L));

        // Then
        assertThat(mesh(after).logE()).isEqualTo(mesh(before).logE());
        assertThat(mesh(after).candidate()).isEqualTo(new Tally(10, 0));
        assertThat(mesh(after).trouble()).contains(World.MESH, "never negative");
    }

    @Test
    void countersThatFallAreNoEvidence() {
        // Given
        scene.mesh(2, 90, 1, 10, 0);
        Judgement before = scene.judge(10);

        // When
        Judgement after = read(scene.now().plusSeconds(12), Map.of(new Series("pod", Slot.B, true), 9L));

        // Then
        assertThat(mesh(after).logE()).isCloseTo(mesh(before).logE(), within(1e-12));
        assertThat(mesh(after).candidate()).isEqualTo(new Tally(10, 0));
    }

    @Test
    void aReadingThatComesTwiceOrFromThePastChangesOnlyWhatIsSaidOfIt() {
        // Given
        scene.mesh(2, 90, 1, 10, 5);
        Judgement before = scene.judge(10);
        Reading.Counters reading = scene.reading();

        // When
        Judgement twice = read(reading.at(), reading.counters());
        Judgement past = read(reading.at().minusSeconds(1), Map.of(new Series("pod", Slot.B, true), 900L));

        // Then
        assertThat(mesh(twice).logE()).isEqualTo(mesh(before).logE());
        assertThat(mesh(past).logE()).isEqualTo(mesh(before).logE());
        assertThat(mesh(past).trouble()).contains("refused", "not after");
    }

    @Test
    void tenMillionRequestsInOneReadingNeitherDecideNorBreakAnything() throws UnreadableState {
        // When
        scene.mesh(2, 0, 10_000_000, 10_000_000, 0);
        Verdict good = scene.judge(100).verdict();
        scene.mesh(2, 10_000_000, 0, 0, 10_000_000);
        Verdict bad = scene.judge(100).verdict();

        // Then
        assertThat(good).isNotInstanceOf(Verdict.Pass.class);
        assertThat(bad).isNotInstanceOf(Verdict.Fail.class).isNotInstanceOf(Verdict.Pass.class);
        assertThat(Divergence.decode(scene.divergence().encode())).isEqualTo(scene.divergence());
    }

    @Test
    void requestsOfOneVersionAloneCertifyAndAccuseNobody() {
        // When
        scene.mesh(10, 1000, 0, 0, 0)
                .mesh(10, 0, 0, 1000, 0)
                .mesh(10, 0, 0, 0, 1000)
                .mesh(10, 0, 1000, 0, 0);

        // Then
        assertThat(mesh(scene.judge(10)).logE()).isCloseTo(0, within(1e-12));
        assertThat(mesh(scene.judge(10)).towardsAdvance()).isCloseTo(0, within(1e-12));
    }

    @Test
    void aSourceWhoseCountersAllVanishIsNoEvidenceAndGoesOnFromWhereItComesBack() {
        // Given
        scene.mesh(2, 90, 1, 10, 0);
        Reading.Counters all = scene.reading();
        read(all.at().plusSeconds(10), Map.of());
        read(all.at().plusSeconds(20), all.counters());

        // When
        scene.wait(Duration.ofSeconds(28)).mesh(2, 90, 0, 10, 1);

        // Then
        assertThat(mesh(scene.judge(10)).candidate()).isEqualTo(new Tally(20, 1));
    }

    private Judgement read(Instant at, Map<Series, Long> counters) {
        Reading reading = new Reading.Counters(World.MESH, at, Duration.ZERO, counters);
        return scene.read(reading, ProbeLog.startingAt(World.START)).judge(10);
    }

    private static Judgement.Stream mesh(Judgement judgement) {
        return judgement.streams().stream()
                .filter(stream -> stream.kind() == Judgement.Kind.Mesh)
                .findFirst()
                .orElseThrow();
    }
}
