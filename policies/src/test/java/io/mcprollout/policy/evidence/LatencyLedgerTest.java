package io.mcprollout.policy.evidence;

import static io.mcprollout.policy.evidence.Histograms.GATEWAY;
import static io.mcprollout.policy.evidence.Histograms.START;
import static io.mcprollout.policy.evidence.Histograms.block;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How slow and fast requests are counted, and when they do not count. */
class LatencyLedgerTest {
    private final Histograms mesh = new Histograms();

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
}
