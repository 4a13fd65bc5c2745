package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusteringTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @Test
    void tiesOutWithPearson() {
        // When
        Clustering clustering = minutes(1, 0, 2, 1, 0, 9, 0, 0, 1, 0, 2, 0);

        // Then
        assertThat(clustering.minutes().designEffect(10)).isCloseTo(3.3507371007371, within(1e-10));
    }

    @Test
    void isTwoWhileNobodyKnows() {
        assertThat(Clustering.start().designEffect()).isEqualTo(2);
        assertThat(minutes(0, 0, 0, 0).designEffect()).isEqualTo(2);
        assertThat(minutes(100, 100).designEffect()).isEqualTo(2);
    }

    @Test
    void evenFailuresBringItDownToOneAtLeast() {
        // When
        Clustering clustering = minutes(IntStream.range(0, 60).map(i -> 10).toArray());

        // Then
        assertThat(clustering.designEffect()).isBetween(1.0, 1.2);
        assertThat(clustering.minutes().designEffect(10)).isEqualTo(1);
    }

    @Test
    void aWindowIsAMinuteOfBlocks() {
        // Given
        Clustering clustering = Clustering.start();

        // When
        for (int i = 0; i < 6; i++) {
            clustering = clustering.with(new Tally(9, 1), Duration.ofSeconds(10));
        }

        // Then
        assertThat(clustering.minutes().complete()).containsExactly(new Tally(54, 6));
        assertThat(clustering.minutes().open()).isEqualTo(Tally.NONE);
        assertThat(clustering.minutes().age()).isZero();
    }

    @Test
    void aMinuteWithoutRequestsSaysNothing() {
        assertThat(Clustering.start().with(Tally.NONE, MINUTE).minutes().complete())
                .isEmpty();
    }

    @Test
    void theLastHourCounts() {
        // When
        Clustering clustering = minutes(IntStream.range(0, 61).toArray());

        // Then
        assertThat(clustering.minutes().complete()).hasSize(60);
        assertThat(clustering.minutes().complete().getFirst()).isEqualTo(new Tally(99, 1));
    }

    @Test
    void shortBurstsAreKnownAfterAPreflight() {
        // Given
        Clustering clustering = Clustering.start();

        // When
        for (int bad : new int[] {0, 18, 3, 25}) {
            clustering = clustering.with(new Tally(1000 - bad, bad), Duration.ofSeconds(10));
        }

        // Then
        assertThat(clustering.designEffect()).isBetween(6.0, 12.0);
        assertThat(clustering.minutes().designEffect(10)).isEqualTo(2);
    }

    @Test
    void slowClustersAreSeenInMinutes() {
        // Given
        Clustering clustering = Clustering.start();

        // When
        for (int ten = 0; ten < 6 * 20; ten++) {
            int bad = ten / 6 % 2 == 0 ? 2 : 0;
            clustering = clustering.with(new Tally(200 - bad, bad), Duration.ofSeconds(10));
        }

        // Then
        assertThat(clustering.designEffect()).isGreaterThan(4);
    }

    @Test
    void itsStateIsReadBack() throws UnreadableState {
        // Given
        Clustering clustering = minutes(1, 2).with(new Tally(5, 1), Duration.ofSeconds(10));
        StateWriter out = new StateWriter("v");
        clustering.write(out);

        // When
        Clustering read = Clustering.read(new StateReader(out.finish(), "v"));

        // Then
        assertThat(read).isEqualTo(clustering);
    }

    /** A hundred requests a minute, so many of them failed. */
    private static Clustering minutes(int... failed) {
        Clustering clustering = Clustering.start();
        for (int bad : failed) {
            clustering = clustering.with(new Tally(100 - bad, bad), MINUTE);
        }
        return clustering;
    }

    @Test
    void anHourOfThePastIsKnownAtOnceAndOutweighsTheFirstTenSeconds() {
        // Given
        Clustering remembering = Clustering.start().remembering(Collections.nCopies(60, new Tally(99, 1)));

        // When
        Clustering later = remembering.with(new Tally(990, 10), Duration.ofSeconds(10));

        // Then
        assertThat(remembering.designEffect()).isCloseTo(1 + Math.sqrt(2 / 70.0), within(1e-12));
        assertThat(later.designEffect()).isEqualTo(remembering.designEffect());
        assertThat(Clustering.start()
                        .with(new Tally(990, 10), Duration.ofSeconds(10))
                        .designEffect())
                .isGreaterThan(2);
    }

    @Test
    void afterAFewMinutesOfThePastTheFirstTenSecondsStillCount() {
        // Given
        Clustering remembering = Clustering.start().remembering(Collections.nCopies(29, new Tally(99, 1)));

        // When
        Clustering later = remembering.with(new Tally(990, 10), Duration.ofSeconds(10));

        // Then
        assertThat(later.designEffect()).isGreaterThan(2);
    }

    @Test
    void atMostSixtyMinutesOfThePastAndTheLatestOfThemAreKept() {
        // Given
        List<Tally> past = new ArrayList<>(Collections.nCopies(5, new Tally(0, 10_000)));
        past.addAll(Collections.nCopies(60, new Tally(99, 1)));

        // When
        Clustering remembering = Clustering.start().remembering(past);

        // Then
        assertThat(remembering.minutes().complete()).isEqualTo(past.subList(5, 65));
    }
}
