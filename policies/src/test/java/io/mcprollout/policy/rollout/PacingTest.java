package io.mcprollout.policy.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.rollout.Decision.Pacing;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How fast evidence must come. The mesh is read every 7 s. */
class PacingTest {
    private static World every(Duration pairs) {
        World world = World.releasing();
        Plans plans = new Plans();
        plans.pairInterval = pairs;
        world.desired = plans.accepted();
        return world;
    }

    private static Pacing pacing(long millis) {
        return new Pacing(Optional.of(Duration.ofMillis(millis)), Optional.of(Duration.ofSeconds(7)));
    }

    @ParameterizedTest
    @CsvSource({"PT2S, 2000", "PT5S, 5000", "PT10S, 5000"})
    void thePreflightProbesAtLeastEveryFiveSeconds(Duration pairs, long millis) {
        // Given
        World world = every(pairs);

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.pacing()).isEqualTo(pacing(millis));
    }

    @ParameterizedTest
    @CsvSource({"PT10S, false, 10000", "PT10S, true, 1000", "PT1S, true, 1000", "PT0.5S, true, 500"})
    void aStepProbesAsThePolicySaysAndEverySecondWhenInDoubt(Duration pairs, boolean burst, long millis) {
        // Given
        World world = every(pairs);
        world.lookUntilShare(10);
        world.burst = burst;

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.pacing()).isEqualTo(pacing(millis));
    }

    @Test
    void whatRestsNeedsNoEvidence() {
        // Given
        World world = World.idle();

        // When
        Decision decision = world.look();

        // Then
        assertThat(decision.pacing()).isEqualTo(Pacing.NONE);
    }
}
