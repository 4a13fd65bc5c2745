package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Tally;
import org.junit.jupiter.api.Test;

class SlownessTest {
    private static final Design FAST = World.design(Presets.FAST, true);

    @Test
    void aCandidateThatIsOnlySlowerGoesBackAndTheSentenceSaysSo() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        for (int i = 0; i < 40; i++) {
            scene.pair(World.PROBE, 1, Scene.after(20), Scene.after(41));
        }

        // Then
        assertThat(scene.judge(10).verdict())
                .isInstanceOfSatisfying(
                        Verdict.Fail.class,
                        fail -> assertThat(fail.reason())
                                .startsWith(
                                        "canary was more than 50 % slower than stable in 40 of 40 pairs of outside"));
        assertThat(scene.judge(10).guilty()).containsExactly("outside");
    }

    @Test
    void whatIsSlowerByLessThanIsToleratedIsNotHeldAgainstIt() {
        // Given
        Scene scene = new Scene(FAST);

        // When
        for (int i = 0; i < 100; i++) {
            scene.pair(World.PROBE, 1, Scene.after(20), Scene.after(39));
        }

        // Then
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Pass.class);
        assertThat(scene.judge(10).streams().get(2).candidate()).isEqualTo(new Tally(100, 0));
    }
}
