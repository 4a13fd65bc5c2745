package io.mcprollout.sandbox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.gate.Divergence;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.gate.Judgement.Kind;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.simulation.Simulation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is measured is what it is said to be. */
class MidwayTest {
    @ParameterizedTest
    @ValueSource(strings = {"fast", "standard", "cautious"})
    void everyUpdateTakesAPairAndClosesABlockOfFailuresAndOneOfLatency(String preset) {
        // Given
        Midway middle = Midway.of(Presets.plan(preset), true);
        Divergence divergence = middle.divergence();

        // When
        List<Judgement> judgements = new ArrayList<>();
        for (Midway.Sight sight : middle.next()) {
            divergence = Midway.take(divergence, middle.log(), sight);
            judgements.add(Midway.judge(divergence, sight));
        }

        // Then
        assertThat(judgements).hasSize(500);
        for (int i = 1; i < judgements.size(); i++) {
            Judgement before = judgements.get(i - 1);
            Judgement after = judgements.get(i);
            assertThat(candidate(after, Simulation.PROBE, Kind.Probe))
                    .isEqualTo(candidate(before, Simulation.PROBE, Kind.Probe) + 1);
            assertThat(candidate(after, Simulation.MESH, Kind.Mesh))
                    .isGreaterThanOrEqualTo(candidate(before, Simulation.MESH, Kind.Mesh) + 2);
            assertThat(candidate(after, Simulation.MESH, Kind.Latency))
                    .isEqualTo(candidate(before, Simulation.MESH, Kind.Latency) + 2);
            assertThat(after.verdict()).isNotInstanceOf(Verdict.Fail.class);
        }
    }

    private static long candidate(Judgement judgement, String name, Kind kind) {
        return judgement.streams().stream()
                .filter(stream -> stream.name().equals(name) && stream.kind() == kind)
                .findFirst()
                .orElseThrow()
                .candidate()
                .total();
    }
}
