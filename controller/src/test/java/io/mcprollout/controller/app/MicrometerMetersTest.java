package io.mcprollout.controller.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutKey;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class MicrometerMetersTest {
    private static final RolloutKey GONE = new RolloutKey("mcp-services", "gone");
    private static final RolloutKey OTHER = new RolloutKey("mcp-services", "other");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final MicrometerMeters meters = new MicrometerMeters(registry);

    private long of(RolloutKey rollout) {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> Objects.equals(id.getTag("rollout"), rollout.name()))
                .count();
    }

    private void countAll(RolloutKey rollout) {
        meters.moved(rollout, "Idle", "Preparing");
        meters.moved(rollout, "Preparing", "Stepping 0");
        meters.shifted(rollout, 10);
        meters.failed(rollout, "StatusNotSaved");
    }

    @Test
    void whatIsCountedOfARolloutGoesWithIt() {
        // Given
        countAll(GONE);
        countAll(OTHER);
        // When
        meters.forget(GONE);
        // Then
        assertThat(of(GONE)).isZero();
        assertThat(of(OTHER)).isEqualTo(5);
        assertThat(registry.find("mcprollout.look").timer()).isNotNull();
    }

    @Test
    void aRolloutThatIsMadeAnewIsCountedFromTheBeginning() {
        // Given
        countAll(GONE);
        meters.forget(GONE);
        // When
        meters.shifted(GONE, 25);
        // Then
        assertThat(registry.get("mcprollout.candidate.weight").gauge().value()).isEqualTo(25);
        assertThat(registry.get("mcprollout.shifts").counter().count()).isEqualTo(1);
        assertThat(of(GONE)).isEqualTo(2);
    }
}
