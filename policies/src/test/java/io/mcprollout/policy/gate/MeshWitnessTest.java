package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Tally;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What one mesh source makes of a block of which nobody knows which requests were the prober's. */
class MeshWitnessTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final Design design = World.design(Presets.FAST, true);
    private final MeshWitness witness = MeshWitness.start("gateway", design, design.budget());

    private static MeshBlock block(long candidateOk, long candidateBad) {
        return new MeshBlock(
                "gateway", FROM, FROM.plusSeconds(6), new Tally(400, 4), new Tally(candidateOk, candidateBad));
    }

    private double evidence(MeshBlock users, MeshBlock... possible) {
        return witness.with(new ClosedBlock(users, List.of(possible)), true, WINDOW, true)
                .certificates()
                .getFirst()
                .evidence();
    }

    @Test
    void aCertificateBelievesWhatCertifiesLeast() {
        // Given
        MeshBlock clean = block(40, 0);
        MeshBlock failing = block(36, 4);
        double most = evidence(clean, clean);
        double least = evidence(clean, failing);

        // When
        double believed = evidence(clean, clean, failing);

        // Then
        assertThat(least).isLessThan(most);
        assertThat(believed).isEqualTo(least);
        assertThat(evidence(clean, failing, clean)).isEqualTo(least);
    }
}
