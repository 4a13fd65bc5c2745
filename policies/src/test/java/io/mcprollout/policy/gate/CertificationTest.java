package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CertificationTest {
    private static final Design FAST = World.design(Presets.FAST, true);

    @Test
    void theMeshCertifiesWhereTheProbesHaveSeenEnoughOfTheOutside() {
        // Given
        Scene scene = new Scene(FAST).pairs(50, 1, false, false).mesh(0, 0, 0, 0, 0);
        String before = scene.judge(100).sentence();

        // When
        for (int i = 0; i < 12; i++) {
            scene.pair(1, false, false).mesh(1, 200, 0, 100, 0);
        }

        // Then
        assertThat(before).contains("more pairs without a failure of canary alone", "or as much from the mesh");
        assertThat(scene.judge(100).verdict()).isInstanceOf(Verdict.Pass.class);
        assertThat(scene.judge(100).sentence()).contains("requests that gateway counted");
    }

    @Test
    void theMeshAloneCertifiesNothing() {
        // Given
        Scene scene = new Scene(FAST).pairs(10, 1, false, false).mesh(0, 0, 0, 0, 0);

        // When
        for (int i = 0; i < 12; i++) {
            scene.mesh(1, 200, 0, 100, 0);
        }

        // Then
        assertThat(scene.judge(100).verdict()).isInstanceOf(Verdict.Inconclusive.class);
        assertThat(scene.judge(100).sentence()).contains("outside needs about");
    }

    @Test
    void saysWhenTheMeshWillHaveSeenEnough() {
        // Given
        Scene scene = new Scene(FAST).pairs(10, 1, false, false).mesh(0, 0, 0, 0, 0);

        // When
        for (int i = 0; i < 5; i++) {
            scene.mesh(10, 45, 0, 5, 0);
        }

        // Then
        assertThat(scene.judge(100).sentence())
                .containsPattern(
                        ", or as much from the mesh \\(evidence [0-9.]+ of 20\\), in about \\d+ (s|min) of users' requests like the last ones$");
    }
}
