package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshCertificateTest {
    private static final double BOUND = Math.log(20);
    private static final Duration TWO = Duration.ofSeconds(2);
    private static final Tally STABLE = new Tally(900, 1);
    private static final Tally GOOD = new Tally(100, 0);
    private static final MeshCertificate START = MeshCertificate.start(new MeshCertificate.Settings(.05, BOUND, TWO));

    @Test
    void certifiesAGoodCandidateInNoLessThanFiveCaps() {
        // When
        int blocks = 0;
        MeshCertificate certificate = START;
        while (!certificate.certifies()) {
            certificate = certificate.with(STABLE, GOOD, .001, 1, TWO);
            blocks++;
        }

        // Then
        assertThat(blocks).isEqualTo(5);
    }

    @Test
    void saysHowLongItTakesIfRequestsGoOnAsLately() throws UnreadableState {
        // Given
        Tally stable = new Tally(18, 0);
        Tally candidate = new Tally(2, 0);
        MeshCertificate certificate = START;
        for (int i = 0; i < 40; i++) {
            certificate = certificate.with(stable, candidate, .001, 2, TWO);
        }
        StateWriter out = new StateWriter("v1");
        certificate.write(out);
        MeshCertificate read = MeshCertificate.read(
                new StateReader(out.finish(), "v1"), new MeshCertificate.Settings(.05, BOUND, TWO));

        // When
        long estimate = certificate.timeMissing().orElseThrow().toSeconds();

        // Then
        long took = 0;
        for (MeshCertificate next = certificate; !next.certifies(); took += 2) {
            next = next.with(stable, candidate, .001, 2, TWO);
        }
        assertThat((double) estimate).isBetween(.8 * took, 1.3 * took);
        assertThat(took).isGreaterThan(30);
        assertThat(read.timeMissing()).isEqualTo(certificate.timeMissing());
    }

    @Test
    void saysNoTimeWhileEvidenceDoesNotGrow() {
        // Given
        MeshCertificate certificate = START.with(STABLE, GOOD, .001, 1, TWO);

        // When
        for (int i = 0; i < 30; i++) {
            certificate = certificate.with(STABLE, new Tally(80, 20), .001, 1, TWO);
        }

        // Then
        assertThat(START.timeMissing()).isEmpty();
        assertThat(certificate.timeMissing()).isEmpty();
    }

    @Test
    void anOutageOfBothNeverCertifies() {
        // Given
        MeshCertificate certificate = START;

        // When
        for (int i = 0; i < 600; i++) {
            certificate = certificate.with(new Tally(0, 900), new Tally(40, 60), .5, 1, TWO);
        }

        // Then
        assertThat(certificate.logE()).isLessThanOrEqualTo(1e-9);
    }

    @Test
    void aLongHealthyPastDoesNotOutweighASickPresent() {
        // Given
        MeshCertificate certificate = START;
        for (int i = 0; i < 600; i++) {
            certificate = certificate.with(STABLE, GOOD, .001, 1, TWO);
        }
        double most = certificate.logE();

        // When
        certificate = certificate.with(STABLE, new Tally(70, 30), .001, 1, TWO);

        // Then
        assertThat(most).isCloseTo(BOUND + 1, within(1e-9));
        assertThat(certificate.certifies()).isFalse();
    }

    @Test
    void clustersMakeItSlower() {
        // When
        double independent = START.with(STABLE, new Tally(20, 0), .001, 1, TWO).logE();
        double clustered = START.with(STABLE, new Tally(20, 0), .001, 4, TWO).logE();

        // Then
        assertThat(clustered).isPositive().isLessThan(independent);
    }

    @Test
    void withoutRequestsOfOneVersionNothingIsSaid() {
        // When
        MeshCertificate certificate =
                START.with(STABLE, Tally.NONE, .001, 1, TWO).with(Tally.NONE, GOOD, .001, 1, TWO);

        // Then
        assertThat(certificate.logE()).isCloseTo(0, within(1e-12));
    }

    @Test
    void anEventStakesAQuarterOfTheReserve() {
        // Given
        MeshCertificate event = START.event();

        // When
        double more = event.with(STABLE, GOOD, .001, 1, TWO).logE();

        // Then
        assertThat(more).isGreaterThan(START.with(STABLE, GOOD, .001, 1, TWO).logE());
    }

    @Test
    void itsStateIsReadBackBitForBit() throws UnreadableState {
        // Given
        MeshCertificate certificate = START.with(STABLE, GOOD, .001, 2, TWO);
        StateWriter out = new StateWriter("v");
        certificate.write(out);

        // When
        MeshCertificate read =
                MeshCertificate.read(new StateReader(out.finish(), "v"), new MeshCertificate.Settings(.05, BOUND, TWO));

        // Then
        assertThat(read.with(STABLE, GOOD, .001, 2, TWO).logE())
                .isEqualTo(certificate.with(STABLE, GOOD, .001, 2, TWO).logE());
    }

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 3", "NaN, 3", ".1, 0", ".1, NaN"})
    void refusesImpossibleSettings(double margin, double bound) {
        assertThatThrownBy(() -> new MeshCertificate.Settings(margin, bound, TWO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a certificate needs a margin within 0..1 and a bound above 0");
    }
}
