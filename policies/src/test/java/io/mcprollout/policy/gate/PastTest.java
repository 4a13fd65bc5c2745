package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a source remembers of stable before the attempt. */
class PastTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final List<Tally> QUIET = Collections.nCopies(60, new Tally(99, 1));
    private static final List<Tally> IN_BURSTS = bursts();

    private final Scene scene = new Scene(World.design(Presets.FAST.withRelativeMargin(.5), true));

    @Test
    void theDesignEffectIsThatOfStablesPastAndNotOfTheCandidates() {
        // When
        remember(World.START, Map.of(Slot.A, IN_BURSTS, Slot.B, QUIET));

        // Then
        assertThat(mesh().designEffect()).isGreaterThan(5);
    }

    @Test
    void independentFailuresLowerItBelowWhatIsAssumed() {
        // Given
        double assumed = mesh().designEffect();

        // When
        remember(World.START, Map.of(Slot.A, QUIET));

        // Then
        assertThat(assumed).isEqualTo(2);
        assertThat(mesh().designEffect()).isBetween(1.0, 1.2);
    }

    @Test
    void aRelativeMarginFollowsFromItToo() {
        // When
        remember(World.START, Map.of(Slot.A, Collections.nCopies(60, new Tally(999_000, 1000))));

        // Then
        assertThat(mesh().margin()).isCloseTo(.0005, within(.00001));
    }

    @Test
    void afterTheFirstReadingItIsStillInTime() {
        // Given
        scene.mesh(0, 10, 0, 0, 0).mesh(2, 10, 0, 0, 0);

        // When
        remember(World.START.minusSeconds(30), Map.of(Slot.A, QUIET));

        // Then
        assertThat(mesh().designEffect()).isBetween(1.0, 1.2);
    }

    @Test
    void afterTheFirstBlockItIsTooLate() {
        // Given
        scene.mesh(0, 10, 0, 0, 0).mesh(2, 4, 0, 1, 0);

        // When
        remember(World.START.minusSeconds(30), Map.of(Slot.A, QUIET));

        // Then
        assertThat(mesh().designEffect()).isEqualTo(2);
    }

    @Test
    void whatReachesIntoTheBlockUnderWayIsNoPast() {
        // Given
        scene.mesh(0, 10, 0, 0, 0);

        // When
        remember(World.START.plusSeconds(1), Map.of(Slot.A, QUIET));

        // Then
        assertThat(mesh().designEffect()).isEqualTo(2);
    }

    @Test
    void nothingRememberedOrOfAnotherSourceChangesNothing() {
        // Given
        Divergence before = scene.divergence();

        // When
        remember(World.START, Map.of());
        scene.read(new Reading.Past("other", World.START, Map.of(Slot.A, QUIET)), ProbeLog.startingAt(World.START));

        // Then
        assertThat(scene.divergence()).isEqualTo(before);
    }

    @Test
    void whatIsRememberedIsSaved() {
        // Given
        remember(World.START, Map.of(Slot.A, IN_BURSTS));
        Scene saved = new Scene(scene.divergence().design());
        saved.read(
                        new Reading.Past(World.MESH, World.START, Map.of(Slot.A, IN_BURSTS)),
                        ProbeLog.startingAt(World.START))
                .saved();

        // When
        scene.mesh(0, 0, 0, 0, 0).mesh(2, 900_000, 90, 100, 3).mesh(2, 90, 9, 10, 3);
        saved.mesh(0, 0, 0, 0, 0).saved().mesh(2, 900_000, 90, 100, 3).saved().mesh(2, 90, 9, 10, 3);

        // Then
        assertThat(saved.divergence().encode()).isEqualTo(scene.divergence().encode());
    }

    private void remember(Instant until, Map<Slot, List<Tally>> minutes) {
        scene.read(new Reading.Past(World.MESH, until, minutes), ProbeLog.startingAt(World.START));
    }

    private Judgement.Stream mesh() {
        return scene.wait(MINUTE).judge(10).streams().stream()
                .filter(stream -> stream.kind() == Judgement.Kind.Mesh)
                .findFirst()
                .orElseThrow();
    }

    private static List<Tally> bursts() {
        List<Tally> minutes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            minutes.add(i % 10 == 0 ? new Tally(90, 10) : new Tally(100, 0));
        }
        return minutes;
    }
}
