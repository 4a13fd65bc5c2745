package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ties the certificate out against explicit sums over all start times, computed in Python. The values are for pairs 10 s apart and for
 * wealth without a ceiling, so the ceiling is out of reach here.
 */
class ProbeCertificateTieOutTest {
    private static final Offset<Double> EXACT = within(1e-10);
    private static final Duration APART = Duration.ofSeconds(10);
    private static final double OUT_OF_REACH = 1000;

    private final List<Double> seen = new ArrayList<>();

    @Test
    void pairsWithoutAFailure() {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(.1, OUT_OF_REACH);

        // When
        repeat(certificate, 50, false, false);

        // Then
        assertSeen(1, .045572775004);
        assertSeen(10, .522578783174);
        assertSeen(20, 1.18285881679);
        assertSeen(30, 1.95040585545);
        assertSeen(40, 2.79136726912);
        assertSeen(50, 3.67968945866);
    }

    @Test
    void pairsWithFailuresOfBothAndOfEach() {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(.1, OUT_OF_REACH);

        // When
        ProbeCertificate next = repeat(certificate, 10, false, false);
        next = repeat(next, 5, true, true);
        next = repeat(next, 5, false, false);
        next = repeat(next, 1, false, true);
        next = repeat(next, 1, true, false);
        repeat(next, 3, false, false);

        // Then
        for (int pair = 10; pair <= 15; pair++) {
            assertSeen(pair, .522578783174);
        }
        assertSeen(20, .83788925319);
        assertSeen(21, -.137212461635);
        assertSeen(22, .203280227568);
        assertSeen(25, .340465174471);
    }

    @ParameterizedTest
    @CsvSource({".2,20", ".1,43", ".08,54", ".05,87", ".04,110", ".02,220", ".01,437"})
    void cleanPairsUntilItCertifies(double margin, int pairs) {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(margin, Math.log(20));

        // When
        int missing = cleanPairs(certificate);

        // Then
        assertThat(missing).isEqualTo(pairs);
    }

    @ParameterizedTest
    @CsvSource({".2,33", ".1,67", ".08,85", ".05,135", ".04,168", ".02,327", ".01,628"})
    void pairsUntilItCertifiesWhenTheEleventhFailsTheCandidateAlone(double margin, int pairs) {
        // Given
        ProbeCertificate certificate = repeat(ProbeCertificate.start(margin, Math.log(20)), 10, false, false);

        // When
        int missing = cleanPairs(certificate.with(false, true, APART));

        // Then
        assertThat(11 + missing).isEqualTo(pairs);
    }

    @ParameterizedTest
    @ValueSource(doubles = {.2, .1, .05, .02})
    void estimatesThemALittleTooHigh(double margin) {
        // Given
        ProbeCertificate certificate = ProbeCertificate.start(margin, Math.log(20));

        // When
        int estimated = certificate.cleanPairsMissing().orElseThrow();

        // Then
        assertThat(estimated).isBetween(cleanPairs(certificate), cleanPairs(certificate) * 11 / 10 + 1);
    }

    private static int cleanPairs(ProbeCertificate certificate) {
        ProbeCertificate next = certificate;
        int pairs = 0;
        while (!next.certifies()) {
            next = next.with(false, false, APART);
            pairs++;
        }
        return pairs;
    }

    private ProbeCertificate repeat(ProbeCertificate certificate, int times, boolean stable, boolean candidate) {
        ProbeCertificate next = certificate;
        for (int i = 0; i < times; i++) {
            next = next.with(stable, candidate, APART);
            seen.add(next.logE());
        }
        return next;
    }

    private void assertSeen(int pair, double expected) {
        assertThat(seen.get(pair - 1)).as("after pair " + pair).isCloseTo(expected, EXACT);
    }
}
