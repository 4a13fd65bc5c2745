package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Tally;
import org.junit.jupiter.api.Test;

/** Requests that reach the candidate although no route gives it any speak neither for it nor against it. */
class UnroutedTest {
    private static Scene healthy() {
        Scene scene = new Scene(World.design(Presets.STANDARD, true)).mesh(1, 100, 0, 0, 0);
        for (int i = 0; i < 60; i++) {
            scene.pair(1, false, false);
        }
        return scene;
    }

    private static Judgement.Stream mesh(Scene scene) {
        return scene.judge(10).streams().stream()
                .filter(stream -> stream.kind() == Judgement.Kind.Mesh)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void failuresOfTheCandidateDoNotCountBeforeItHasUsers() {
        // Given
        Scene routed = healthy();
        Scene unrouted = healthy();
        // When
        for (int i = 0; i < 60; i++) {
            routed.mesh(1, 100, 0, 0, 25);
            unrouted.meshUnrouted(1, 100, 0, 0, 25);
        }
        // Then
        assertThat(routed.judge(10).verdict()).isInstanceOf(Verdict.Fail.class);
        assertThat(unrouted.judge(10).verdict()).isNotInstanceOf(Verdict.Fail.class);
        assertThat(mesh(unrouted).candidate()).isEqualTo(Tally.NONE);
        assertThat(mesh(unrouted).stable().total()).isPositive();
    }

    @Test
    void whatWasUnderWayWhenItGetsUsersDoesNotCountEither() {
        // Given
        Scene scene = healthy().meshUnrouted(1, 100, 0, 0, 1).meshUnrouted(1, 1, 0, 0, 30);
        // When
        scene.routed();
        // Then
        assertThat(mesh(scene).candidate()).isEqualTo(Tally.NONE);
    }

    @Test
    void failuresCountOnceItHas() {
        // Given
        Scene scene = healthy().meshUnrouted(1, 100, 0, 0, 5).routed();
        // When
        for (int i = 0; i < 60; i++) {
            scene.mesh(1, 100, 0, 0, 25);
        }
        // Then
        assertThat(scene.judge(10).verdict()).isInstanceOf(Verdict.Fail.class);
    }
}
