package io.mcprollout.policy.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.evidence.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/**
 * Ties the mesh's certificate out against explicit sums over all start times, computed in Python with mpmath's block e-values. The values
 * are for blocks 10 s apart and a cap of 2 for each 10 s.
 */
class MeshCertificateTieOutTest {
    private static final Offset<Double> EXACT = within(1e-10);
    private static final Duration APART = Duration.ofSeconds(10);

    private final List<Double> seen = new ArrayList<>();
    private HarmProcess past = HarmProcess.start(HarmProcess.Settings.mesh(.005, 1, Duration.ofSeconds(30)));

    @Test
    void aGoodCandidateAnErrorAnOutage() {
        // Given
        MeshCertificate certificate = certificate(.08);

        // When
        for (int i = 0; i < 4; i++) {
            certificate = block(certificate, 1, 90, 1, 10, 0);
        }
        certificate = block(certificate, 1, 90, 0, 10, 1);
        certificate = block(certificate, 1, 90, 90, 10, 10);
        block(certificate, 1, 90, 1, 10, 0);

        // Then
        assertSeen(
                .456086676857,
                .970082678169,
                1.52922094899,
                2.12185231877,
                1.19234248593,
                -.295778415744,
                .0179687683429);
    }

    @Test
    void temperedByADesignEffectOfThree() {
        // Given
        MeshCertificate certificate = certificate(.02);

        // When
        for (int i = 0; i < 6; i++) {
            certificate = block(certificate, 3, 750, 4, 250, 1);
        }

        // Then
        assertSeen(.496912337407, 1.08858961261, 1.71752414885, 2.36729188353, 3.02847178547, 3.69590840643);
    }

    private static MeshCertificate certificate(double margin) {
        return MeshCertificate.start(new MeshCertificate.Settings(margin, 100, APART));
    }

    private MeshCertificate block(MeshCertificate certificate, double designEffect, int ns, int ks, int nc, int kc) {
        Tally stable = new Tally(ns - ks, ks);
        Tally candidate = new Tally(nc - kc, kc);
        MeshCertificate next = certificate.with(stable, candidate, past.predicted(), designEffect, APART);
        past = past.with(stable, candidate, APART, true);
        seen.add(next.logE());
        return next;
    }

    private void assertSeen(double... expected) {
        assertThat(seen).hasSize(expected.length);
        for (int i = 0; i < expected.length; i++) {
            assertThat(seen.get(i)).as("after block " + (i + 1)).isCloseTo(expected[i], EXACT);
        }
    }
}
