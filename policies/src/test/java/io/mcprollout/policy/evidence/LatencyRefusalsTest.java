package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Histograms.NONE_LARGER;
import static io.mcprollout.policy.evidence.Histograms.block;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which histograms are refused, and what is said then. */
class LatencyRefusalsTest {
    private final Histograms mesh = new Histograms();

    @ParameterizedTest
    @CsvSource({"2,'2 requests took at most 100.0 ms, but 1000 took less'", "-1,'-1 requests took at most 100.0 ms'"})
    void bucketsThatDoNotRiseAreRefused(long count, String complaint) {
        // Given
        mesh.opened();

        // When
        mesh.took("p1", Slot.B, 20, 1000).broken("p1", Slot.B, 100, count).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).startsWith("the histogram of p1 refused: ").contains(complaint);
    }

    @Test
    void aHistogramWithoutAnEndIsRefused() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4).without("p1", Slot.B, NONE_LARGER).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("its last bucket must be +Inf but is 250");
    }

    @Test
    void aBucketThatIsNoNumberIsRefused() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4).broken("p1", Slot.B, Double.NaN, 13).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("must be +Inf but is NaN");
    }

    @Test
    void instancesWithOtherBucketsAreRefused() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4).without("p1", Slot.B, 50).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("it has other buckets than that of p1");
    }

    @Test
    void aBucketThatDisappearsEndsTheEvidenceAndIsSaid() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .without("p1", Slot.A, 100)
                .without("p1", Slot.B, 100)
                .read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("has no bucket for 100.0 ms any more");
    }

    @Test
    void aReadingThatIsRefusedIsMadeUpForByTheNext() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4).read(2, Latency.none("busy")).users(80, 3, 9, 4).read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 4, 160, 6, 18, 8));
    }

    @Test
    void aSourceThatKnowsNothingOfLatencySaysSo() {
        // Given
        Latency none = Latency.none("the source does not tell how long requests take");

        // When
        mesh.read(0, none);

        // Then
        assertThat(mesh.trouble()).isEqualTo("the source does not tell how long requests take");
    }

    @Test
    void aTimeThatGoesBackIsRefused() {
        // Given
        mesh.opened().users(80, 3, 9, 4).read(2);

        // When
        mesh.users(80, 3, 9, 4).read(1);

        // Then
        assertThat(mesh.blocks).hasSize(1);
        assertThat(mesh.trouble()).contains("it is not after the one at");
    }

    @Test
    void aLeapOfACounterIsABaselineOnly() {
        // Given
        mesh.opened();

        // When
        mesh.users(2_000_000_000L, 3, 9, 4).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("rose by more than a billion");
    }
}
