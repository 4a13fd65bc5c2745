package io.mcprollout.it.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.mcprollout.controller.adapter.kube.RolloutWatch;
import io.mcprollout.controller.port.RolloutKey;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A controller carries out the McpRollouts of its class, and no others. */
class ControllerClassTest {
    @ParameterizedTest
    @CsvSource({", plain", "blue, blue", "green, "})
    void seesItsOwnRolloutsOnly(
            @org.jspecify.annotations.Nullable String own, @org.jspecify.annotations.Nullable String expected) {
        // Given
        try (KubeBed bed = new KubeBed()) {
            bed.api.apply(KubeBed.rollout("plain", ""));
            bed.api.apply(KubeBed.rollout("blue", "controllerClass: blue"));
            var config =
                    Config.fromKubeconfig(bed.api.kubeconfig("system:serviceaccount:mcprollout-system:mcprollout"));
            // When
            try (var client = new KubernetesClientBuilder().withConfig(config).build();
                    var watch = new RolloutWatch(client, Set.of(), Optional.ofNullable(own), key -> {})) {
                KubeBed.await().until(watch::isSynced);
                // Then
                assertThat(watch.keys())
                        .isEqualTo(expected == null ? Set.of() : Set.of(new RolloutKey(KubeBed.NAMESPACE, expected)));
                assertThat(watch.get(new RolloutKey(KubeBed.NAMESPACE, "blue")).isPresent())
                        .isEqualTo("blue".equals(own));
            }
        }
    }

    @Test
    void tellsThoseUnderWayFromThoseThatRest() {
        // Given
        try (KubeBed bed = new KubeBed()) {
            bed.api.apply(KubeBed.rollout("resting", ""));
            bed.api.apply(KubeBed.rollout("stepping", ""));
            // When
            bed.api.mergePatch(
                    "mcprollouts", KubeBed.NAMESPACE, "stepping", "{metadata: {finalizers: [mcprollout.io/traffic]}}");
            // Then
            KubeBed.await()
                    .untilAsserted(() -> assertThat(bed.rollouts.underWay())
                            .containsExactly(new RolloutKey(KubeBed.NAMESPACE, "stepping")));
            assertThat(bed.rollouts.keys()).hasSize(2);
        }
    }
}
