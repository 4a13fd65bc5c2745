package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DesignTest {
    private static final Design FAST = World.design(Presets.FAST, true);

    @Test
    void oneMarginForEachStepThatDiffers() {
        // Given
        Design standard = World.design(Presets.STANDARD, true);

        // When
        List<Double> margins = standard.margins();

        // Then
        assertThat(margins).containsExactly(.2, .08, .04, .02);
        assertThat(FAST.margins()).containsExactly(.2, .1, .05);
    }

    @Test
    void sortsItsSteps() {
        // Given
        Streams streams = FAST.streams();

        // When
        Design design = new Design(FAST.cohort(), Slot.A, Presets.FAST, streams, Scene.steps(50, 10, 50), 30);

        // Then
        assertThat(design.steps()).isEqualTo(Scene.steps(10, 50));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 31})
    void refusesARestartThatCannotBe(int restart) {
        // Given
        Streams streams = FAST.streams();

        // When / Then
        assertThatThrownBy(() -> new Design(FAST.cohort(), Slot.A, Presets.FAST, streams, Scene.steps(10), restart))
                .hasMessage("restart must be 0..30 but is " + restart);
    }

    @Test
    void refusesStepsThatCannotBe() {
        // Given
        Streams streams = FAST.streams();

        // When / Then
        assertThatThrownBy(() -> new Design(FAST.cohort(), Slot.A, Presets.FAST, streams, List.of(), 0))
                .hasMessageContaining("at least one weight");
        assertThatThrownBy(() -> new Design(FAST.cohort(), Slot.A, Presets.FAST, streams, Scene.steps(0, 10), 0))
                .hasMessageContaining("each above 0");
    }

    @Test
    void refusesStreamsThatCannotBe() {
        // Given
        Streams.Probe probe = new Streams.Probe("same", Duration.ofSeconds(1));

        // When / Then
        assertThatThrownBy(() -> new Streams(List.of(), List.of())).hasMessageContaining("at least one probe");
        assertThatThrownBy(() -> new Streams(List.of(probe), List.of("same")))
                .hasMessageContaining("a name of its own")
                .hasMessageContaining("same");
        assertThatThrownBy(() -> new Streams.Probe("p", Duration.ZERO)).hasMessageContaining("interval of probe p");
        assertThatThrownBy(() -> new Streams.Probe("p", Duration.ofSeconds(-1))).hasMessageContaining("PT-1S");
    }
}
