package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeCertificateTest {
    private static final Duration APART = Duration.ofSeconds(1);
    private static final double BOUND = Math.log(20);

    @Test
    void wealthEndsAtTheBoundPlusOne() {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(.1, BOUND);

        // When
        ProbeCertificate after = clean(certificate, 600);

        // Then
        assertThat(after.logE()).isCloseTo(BOUND + 1, within(1e-12));
        assertThat(after.certifies()).isTrue();
    }

    @Test
    void twoFailuresOutweighTenHealthyMinutes() {
        // Given
        ProbeCertificate certificate = clean(ProbeCertificate.start(.1, BOUND), 600);

        // When
        ProbeCertificate after = certificate.with(false, true, APART).with(false, true, APART);

        // Then
        assertThat(after.certifies()).isFalse();
    }

    @Test
    void anOutageCertifiesNothing() {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(.2, BOUND);

        // When
        ProbeCertificate after = certificate;
        for (int i = 0; i < 600; i++) {
            after = after.with(true, true, APART);
        }

        // Then
        assertThat(after.logE()).isCloseTo(0, within(1e-9));
    }

    @Test
    void saysWhenItIsTooFarToCount() {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(.001, BOUND);

        // When
        boolean counted = certificate.cleanPairsMissing().isPresent();

        // Then
        assertThat(counted).isFalse();
        assertThat(clean(ProbeCertificate.start(.01, BOUND), 600).cleanPairsMissing())
                .hasValue(0);
    }

    @Test
    void anEventStakesMore() {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(.1, BOUND);

        // When
        ProbeCertificate after = certificate.event();

        // Then
        assertThat(after.logE()).isCloseTo(0, within(1e-12));
        assertThat(clean(after, 10).logE()).isGreaterThan(clean(certificate, 10).logE() + .01);
    }

    @Test
    void readsBackWhatItWrote() throws UnreadableState {
        // Given
        ProbeCertificate certificate =
                clean(ProbeCertificate.start(.1, BOUND), 17).with(false, true, APART);
        StateWriter out = new StateWriter("v1");
        certificate.write(out);

        // When
        ProbeCertificate read = ProbeCertificate.read(new StateReader(out.finish(), "v1"), .1, BOUND);

        // Then
        assertThat(read.margin()).isEqualTo(.1);
        assertThat(clean(read, 100).logE()).isEqualTo(clean(certificate, 100).logE());
    }

    @ParameterizedTest
    @CsvSource({"0,3", "1,3", ".1,0", ".1,-1"})
    void refusesWhatCannotBeCertified(double margin, double bound) {
        // Given
        double allowed = bound;

        // When / Then
        assertThatThrownBy(() -> ProbeCertificate.start(margin, allowed))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("margin");
    }

    private static ProbeCertificate clean(ProbeCertificate certificate, int pairs) {
        ProbeCertificate next = certificate;
        for (int i = 0; i < pairs; i++) {
            next = next.with(false, false, APART);
        }
        return next;
    }
}
