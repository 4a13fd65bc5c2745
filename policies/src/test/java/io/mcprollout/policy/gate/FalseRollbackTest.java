package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How often a candidate that is no worse than is tolerated goes back, in simulated rollouts with fixed seeds. */
class FalseRollbackTest {
    @Test
    void atTheMarginAtMostTwoOfAHundredGoBack() {
        // Given
        int rollouts = 2000;
        World.Traffic atTheMargin = World.Traffic.of(10, second -> .01, second -> .015);

        // When
        int back = 0;
        for (int i = 0; i < rollouts; i++) {
            back += rollout(Presets.STANDARD, atTheMargin, i, 360) > 0 ? 1 : 0;
        }

        // Then
        assertThat(back).isLessThanOrEqualTo(40);
    }

    @Test
    void aFaultOfTheProbesPathForBothSendsNobodyBack() {
        // Given
        World.Traffic probesFail = new World.Traffic(10, second -> .001, second -> .001, second -> 1, second -> 1);

        // When
        int back = 0;
        for (int i = 0; i < 200; i++) {
            back += rollout(Presets.FAST, probesFail, i, 300) > 0 ? 1 : 0;
        }

        // Then
        assertThat(back).isZero();
    }

    @Test
    void equalShortBlipsOfEachVersionSendAtMostTwoOfAHundredBack() {
        // Given
        int rollouts = 300;

        // When
        int back = 0;
        for (int i = 0; i < rollouts; i++) {
            SplittableRandom random = new SplittableRandom(i);
            World.Rate stable = blip(random.nextInt(70, 250), 3);
            World.Rate candidate = blip(random.nextInt(70, 250), 3);
            back += rollout(Presets.FAST, World.Traffic.of(10, stable, candidate), i, 300) > 0 ? 1 : 0;
        }

        // Then
        assertThat(back).isLessThanOrEqualTo(6);
    }

    @Test
    void anOutageOfBothThatMovesWithTheWeightsSendsNobodyBack() {
        // Given
        World.Rate outage = second -> second > 100 && second < 200 ? .9 : .005;

        // When
        int back = 0;
        for (int i = 0; i < 100; i++) {
            World world = world(Presets.FAST, World.Traffic.of(50, outage, outage), i);
            back += world.secondOfRollback(60) > 0 ? 1 : 0;
            for (int weight : new int[] {10, 25, 50}) {
                world.shift(weight);
                back += world.secondOfRollback(world.second() + 60) > 0 ? 1 : 0;
            }
        }

        // Then
        assertThat(back).isZero();
    }

    private static World.Rate blip(int from, int seconds) {
        return second -> second > from && second <= from + seconds ? 1 : .001;
    }

    private static int rollout(Numbers numbers, World.Traffic traffic, long seed, int until) {
        World world = world(numbers, traffic, seed);
        int early = world.secondOfRollback(60);
        world.shift(10);
        return early > 0 ? early : world.secondOfRollback(until);
    }

    private static World world(Numbers numbers, World.Traffic traffic, long seed) {
        return new World(World.design(numbers, true), traffic, 0, seed * 104_729L + 5);
    }
}
