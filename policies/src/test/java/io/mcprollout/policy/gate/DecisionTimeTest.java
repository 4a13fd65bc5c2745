package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long the preset {@code fast} takes to decide at 10 % weight, with pairs of 1 s that see the fault and readings of 2 s: 100 simulated
 * rollouts with fixed seeds, the fault beginning 10 s to 5 min into the step. Times in seconds from the fault.
 */
class DecisionTimeTest {
    private static final int ROLLOUTS = 100;
    private static final int STEP_AT = 60;

    @ParameterizedTest
    @CsvSource({
        "10, .001, 1, 12, 14",
        "10, .01, 1, 13, 15",
        "100, .001, .2, 14, 19",
        "100, .01, .2, 16, 20",
        "10, .001, .2, 60, 90",
        "10, .01, .2, 75, 120",
    })
    void decidesInTime(double perSecond, double healthy, double drop, int median, int p95) {
        // Given
        int[] seconds = new int[ROLLOUTS];

        // When
        for (int i = 0; i < ROLLOUTS; i++) {
            seconds[i] = rollout(perSecond, healthy, drop, i);
        }

        // Then
        Arrays.sort(seconds);
        assertThat(seconds[0]).as("none decided before the fault or never").isPositive();
        assertThat(seconds[ROLLOUTS / 2]).as("median").isLessThanOrEqualTo(median);
        assertThat(seconds[ROLLOUTS * 95 / 100]).as("95 of 100").isLessThanOrEqualTo(p95);
    }

    private static int rollout(double perSecond, double healthy, double drop, int seed) {
        int onset = STEP_AT + new SplittableRandom(seed).nextInt(10, 300);
        World.Rate candidate = second -> second > onset ? Math.min(1, healthy + drop) : healthy;
        World world = new World(
                World.design(Presets.FAST, true),
                World.Traffic.of(perSecond, second -> healthy, candidate),
                0,
                seed * 7919L + 17);
        int early = world.secondOfRollback(STEP_AT);
        world.shift(10);
        int decided = early > 0 ? early : world.secondOfRollback(onset + 600);
        return decided - onset;
    }
}
