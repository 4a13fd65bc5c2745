package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mcprollout.policy.traffic.Weight;
import org.junit.jupiter.api.Test;

/** From which reading on the margin follows stable's own failure rate. */
class MarginOfStableTest {
    private final Scene scene = new Scene(World.design(Presets.FAST.withRelativeMargin(.5), true));

    @Test
    void theCountersThatAGatewayBroughtAlongShrinkItAtOnce() {
        // When
        scene.mesh(1, 99_600_000, 400_000, 0, 0);

        // Then
        assertThat(margin()).isCloseTo(.002, within(.00002));
    }

    @Test
    void whatIsCountedInABlockShrinksItForTheNextOne() {
        // Given
        scene.mesh(1, 0, 0, 0, 0);
        scene.mesh(2, 99_600_000, 400_000, 0, 0);
        double whileTheBlockIsUnderWay = margin();

        // When
        scene.mesh(8, 0, 0, 0, 0);

        // Then
        assertThat(whileTheBlockIsUnderWay).isEqualTo(.005);
        assertThat(margin()).isCloseTo(.002, within(.00002));
    }

    @Test
    void itIsSavedAndAnOutageDoesNotWidenIt() {
        // Given
        scene.mesh(1, 99_600_000, 400_000, 0, 0).saved();

        // When
        scene.mesh(10, 0, 900_000, 0, 0)
                .weightChanged()
                .mesh(10, 0, 900_000, 0, 0)
                .saved();

        // Then
        assertThat(margin()).isCloseTo(.002, within(.00002));
    }

    @Test
    void anotherAttemptBeginsWithThePolicys() {
        // Given
        scene.mesh(1, 99_600_000, 400_000, 0, 0).mesh(10, 9, 0, 0, 0);

        // When
        Divergence next = scene.divergence().restart(scene.divergence().design(), scene.now());

        // Then
        assertThat(margin(next.judge(scene.now(), new Weight(10)))).isEqualTo(.005);
    }

    @Test
    void theProbesKeepTheAbsoluteOne() {
        // When
        scene.mesh(1, 99_600_000, 400_000, 0, 0);

        // Then
        assertThat(scene.judge(10).streams().getFirst().margin()).isEqualTo(.005);
    }

    private double margin() {
        return margin(scene.judge(10));
    }

    private static double margin(Judgement judgement) {
        return judgement.streams().stream()
                .filter(stream -> stream.kind() == Judgement.Kind.Mesh)
                .findFirst()
                .orElseThrow()
                .margin();
    }
}
