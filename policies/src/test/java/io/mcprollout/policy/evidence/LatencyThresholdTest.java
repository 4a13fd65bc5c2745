package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Histograms.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import org.junit.jupiter.api.Test;

/** How requests are told slow from fast. */
class LatencyThresholdTest {
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
    void theReadingThatFixesTheThresholdIsABaselineOnly() {
        // Given
        mesh.users(0, 0, 50, 50);

        // When
        mesh.opened();

        // Then
        assertThat(mesh.blocks).isEmpty();
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
