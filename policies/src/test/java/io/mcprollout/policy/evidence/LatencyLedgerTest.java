package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Histograms.GATEWAY;
import static io.mcprollout.policy.evidence.Histograms.NONE_LARGER;
import static io.mcprollout.policy.evidence.Histograms.START;
import static io.mcprollout.policy.evidence.Histograms.block;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How requests are told slow from fast, and what is refused. */
class LatencyLedgerTest {
    private final Histograms mesh = new Histograms();

    @Test
    void slowIsWhatTakesLongerThan95PercentOfStableDidBefore() {
        // Given
        mesh.took("p1", Slot.A, 20, 900).took("p1", Slot.A, 80, 50).took("p1", Slot.A, 400, 50);

        // When
        mesh.read(0);

        // Then
        assertThat(mesh.ledger.slowMillis(GATEWAY)).hasValue(100);
    }

    @Test
    void oneRequestFewerThan95PercentTakesTheNextBucket() {
        // Given
        mesh.took("p1", Slot.A, 20, 900).took("p1", Slot.A, 80, 49).took("p1", Slot.A, 200, 51);

        // When
        mesh.read(0);

        // Then
        assertThat(mesh.ledger.slowMillis(GATEWAY)).hasValue(250);
    }

    @Test
    void whatIsSlowIsOfAllInstancesOfStableAlone() {
        // Given
        mesh.took("p1", Slot.A, 20, 100).took("p2", Slot.A, 80, 100).took("p1", Slot.B, 400, 5000);

        // When
        mesh.read(0);

        // Then
        assertThat(mesh.ledger.slowMillis(GATEWAY)).hasValue(100);
    }

    @Test
    void nothingIsSlowBeforeStableHasAnswered200() {
        // Given
        mesh.took("p1", Slot.A, 20, 199).read(0);

        // When
        mesh.read(2);

        // Then
        assertThat(mesh.ledger.slowMillis(GATEWAY)).isEmpty();
        assertThat(mesh.trouble()).isEqualTo("what is slow is known once stable has answered 200 requests; it has 199");
    }

    @Test
    void whatIsSlowStaysWhateverComes() {
        // Given
        mesh.opened();

        // When
        mesh.took("p1", Slot.A, 400, 100_000).read(2);

        // Then
        assertThat(mesh.ledger.slowMillis(GATEWAY)).hasValue(100);
    }

    @Test
    void withoutAFiniteBucketFor95PercentThereIsNoEvidence() {
        // Given
        mesh.took("p1", Slot.A, 20, 900).took("p1", Slot.A, 400, 100);

        // When
        mesh.read(0).users(90, 0, 10, 10).read(2);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).startsWith("more than 5 % of stable's requests take longer than the largest bucket");
    }

    @Test
    void countsSlowAndFastRequestsOfBoth() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4).took("p1", Slot.B, 100, 1).read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 10, 4));
    }

    @Test
    void theReadingThatFixesTheThresholdIsABaselineOnly() {
        // Given
        mesh.users(0, 0, 50, 50);

        // When
        mesh.opened();

        // Then
        assertThat(mesh.blocks).isEmpty();
    }

    @Test
    void aProbeThatWasFastIsTakenOffTheFastOnes() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .took("p1", Slot.B, 20, 1)
                .probe(1, Slot.B, false, 60, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aSlowProbeOfTheCandidateIsTakenOffTheSlowOnes() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .took("p1", Slot.B, 20, 1)
                .probe(1, Slot.B, false, 120, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 10, 3));
        assertThat(mesh.possible).contains(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aSlowProbeOfStableIsTakenOffTheFastOnes() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .took("p1", Slot.A, 400, 1)
                .probe(1, Slot.A, false, 400, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 79, 4, 9, 4));
        assertThat(mesh.possible).contains(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aSlowProbeIsTakenOffTheFastOnesWhereNoneWasSlow() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 0)
                .took("p1", Slot.B, 20, 1)
                .probe(1, Slot.B, false, 120, 1000)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 0));
    }

    @Test
    void aProbeThatFailedWasNeverCounted() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 9, 4)
                .probe(1, Slot.B, true, 120, 1000)
                .probe(2, Slot.B, true, 20, 1900)
                .read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aProbeInFlightIsTakenOffWhereThereIsLessEvidenceAndPaidLater() {
        // Given
        mesh.opened();
        mesh.users(80, 3, 9, 4).probe(1, Slot.B, false, 0, null).read(2);

        // When
        mesh.probe(1, Slot.B, false, 50, 3000)
                .users(80, 3, 9, 4)
                .took("p1", Slot.B, 20, 1)
                .read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 3), block(2, 4, 80, 3, 9, 5));
    }

    @Test
    void aHistogramThatHoldsLessThanTheProberSentIsNotBelieved() {
        // Given
        mesh.opened();

        // When
        mesh.users(80, 3, 0, 1)
                .probe(1, Slot.B, false, 400, 900)
                .probe(2, Slot.B, false, 400, 1000)
                .took("p1", Slot.A, 20, 9)
                .read(12);

        // Then
        assertThat(mesh.blocks).isEmpty();
        assertThat(mesh.trouble()).contains("although the prober sent");
    }

    @Test
    void aRestartedGatewayBeginsAnew() {
        // Given
        mesh.opened();

        // When
        mesh.restarted("p1").users(80, 3, 9, 4).read(2).users(80, 3, 9, 4).read(4);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 4, 80, 3, 9, 4));
    }

    @Test
    void aGatewayThatFirstAnswersNowCountsFromZero() {
        // Given
        mesh.idle("p2").opened();

        // When
        mesh.users(70, 3, 9, 4).took("p2", Slot.A, 20, 10).read(2);

        // Then
        assertThat(mesh.blocks).containsExactly(block(0, 2, 80, 3, 9, 4));
    }

    @Test
    void aChangeOfWeightsEndsTheBlock() {
        // Given
        mesh.opened().users(3, 0, 3, 1).read(2);

        // When
        var closed = mesh.weightsChange(3);
        mesh.users(80, 3, 9, 9).read(4).users(80, 3, 9, 4).read(6);

        // Then
        assertThat(closed).contains(block(0, 2, 3, 0, 3, 1));
        assertThat(mesh.blocks).containsExactly(block(4, 6, 80, 3, 9, 4));
    }

    @Test
    void whatAGatewayShowsLateMayBeOfBeforeAChangeOfWeights() {
        // Given
        mesh.skew = Duration.ofMillis(2500);
        mesh.opened().read(2);
        mesh.weightsChange(3);

        // When
        for (int second = 4; second <= 8; second += 2) {
            mesh.users(80, 3, 9, 9).read(second);
        }

        // Then
        assertThat(mesh.blocks).containsExactly(block(6, 8, 80, 3, 9, 9));
    }

    @Test
    void whatAGatewayShowsLateMayBeOfBeforeAHoleInTheLog() {
        // Given
        mesh.skew = Duration.ofMillis(2500);
        mesh.opened().logSince(2).users(80, 3, 9, 9).read(2).logSince(-60);

        // When
        for (int second = 4; second <= 8; second += 2) {
            mesh.users(80, 3, 9, 9).read(second);
        }

        // Then
        assertThat(mesh.blocks).containsExactly(block(6, 8, 80, 3, 9, 9));
    }

    @Test
    void theLogOfProbesIsNeededAsLongAsTheHistogramMayBeLate() {
        // Given
        mesh.skew = Duration.ofMillis(2500);

        // When
        mesh.opened();

        // Then
        assertThat(mesh.ledger.probesNeededSince()).isEqualTo(START.minusMillis(2500));
    }

    @Test
    void anotherCohortIsComparedByAThresholdOfItsOwn() {
        // Given
        mesh.opened();

        // When
        mesh.ledger = mesh.ledger.forCohort(new Cohort(new Revision("1-new"), new Revision("1-newer")), Slot.B);

        // Then
        assertThat(mesh.ledger.slowMillis(GATEWAY)).isEmpty();
    }

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

    @Test
    void isTheSameAfterBeingSaved() throws UnreadableState {
        // Given
        mesh.opened()
                .users(80, 3, 0, 0)
                .took("p2", Slot.A, 20, 1)
                .probe(1, Slot.A, false, 400, 1950)
                .probe(2, Slot.B, false, 0, null)
                .read(2);
        String text = mesh.text();

        // When
        mesh.saved();

        // Then
        assertThat(mesh.text()).isEqualTo(text);
        assertThat(mesh.ledger.slowMillis(GATEWAY)).hasValue(100);
        assertThat(List.of(text.split(" "))).contains(Long.toHexString(Double.doubleToRawLongBits(100)));
    }

    @Test
    void aThresholdThatCannotBeIsUnreadable() {
        // Given
        mesh.opened();
        StateWriter out = new StateWriter("v1");
        out.number(-100);

        // When / Then
        assertThatThrownBy(() -> LatencyLedger.read(new StateReader(out.finish(), "v1")))
                .isInstanceOf(UnreadableState.class)
                .hasMessageContaining("-100.0 ms slow");
    }
}
