package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ObservationTest {
    @Test
    void aSlotThatWasNotLookedAtIsAnError() {
        // Given
        Observation seen = new World().observe();
        Observation half = new Observation(
                seen.now(),
                seen.mode(),
                false,
                seen.desired(),
                List.of(),
                Map.of(Slot.A, seen.slot(Slot.A)),
                seen.routes(),
                seen.evidence(),
                seen.probes(),
                seen.interval());

        // When / Then
        assertThatThrownBy(() -> half.slot(Slot.B))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("slot B was not looked at");
    }
}
