package io.mcprollout.sandbox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutTest {

    @Test
    void noWordMeansEveryRollout() {
        // When
        List<Rollout> rollouts = Rollout.named(List.of());

        // Then
        assertThat(rollouts)
                .extracting(Rollout::id)
                .containsExactly("good", "no-zones", "loses-zones", "dead-start", "killed");
    }

    @Test
    void anUnknownWordIsToldWithTheWordsThereAre() {
        // When Then
        assertThatThrownBy(() -> Rollout.named(List.of("good", "bad")))
                .hasMessage("rollout bad is unknown; use some of [good, no-zones, loses-zones, dead-start, killed]");
    }
}
