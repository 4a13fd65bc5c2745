package io.mcprollout.it.kube;

import static io.mcprollout.it.kube.KubeBed.KEY;
import static io.mcprollout.it.kube.KubeBed.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore.Wish;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** McpRollouts of two namespaces that want one VirtualService. */
class RivalsAbroadTest extends StoreBed {
    /* Names that say who is older within a second, in which the API server tells no times apart. */
    private static final RolloutKey OLDER = new RolloutKey("abroad", "a-rollout");
    private static final RolloutKey YOUNGER = new RolloutKey("abroad", "z-rollout");

    private void abroad(RolloutKey rollout, String service) {
        bed.api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: abroad}}");
        bed.api.apply(KubeBed.rollout(rollout.name(), "")
                .replace("namespace: mcp-services", "namespace: abroad")
                .replace("{name: mcp-server}]", service + "]"));
        await().until(() -> bed.rollouts.get(rollout).isPresent());
    }

    private List<String> refused(RolloutKey rollout) {
        return bed.store.load(rollout).orElseThrow().wish() instanceof Wish.Refused refused
                ? refused.problems().stream().map(Object::toString).toList()
                : List.of();
    }

    @Test
    void theOlderOneHasItIfItsOwnerLetsIt() {
        // Given
        abroad(OLDER, "{name: mcp-server, namespace: mcp-services}");
        bed.withRollout("");
        // When
        bed.letFrom = Set.of("abroad");
        // Then
        assertThat(refused(KEY))
                .containsExactly("spec.traffic.istio.virtualServices[0]: VirtualService mcp-server belongs to the older"
                        + " McpRollout abroad/a-rollout; delete one of the two, or name another");
        assertThat(refused(OLDER)).isEmpty();
    }

    @Test
    void whoIsNotLetHaveItKeepsNobodyFromIt() {
        // Given
        abroad(OLDER, "{name: mcp-server, namespace: mcp-services}");
        // When
        bed.withRollout("");
        // Then
        assertThat(refused(KEY)).isEmpty();
    }

    @Test
    void theYoungerOneAbroadIsRefused() {
        // Given
        bed.withRollout("");
        // When
        abroad(YOUNGER, "{name: mcp-server, namespace: mcp-services}");
        // Then
        assertThat(refused(YOUNGER))
                .containsExactly(
                        "spec.traffic.istio.virtualServices[0]: VirtualService mcp-services/mcp-server belongs to the"
                                + " older McpRollout mcp-services/mcp-server; delete one of the two, or name another");
    }

    @Test
    void theSameNameInTheirOwnNamespacesIsNoConflict() {
        // Given
        bed.withRollout("");
        bed.letFrom = Set.of("abroad");
        // When
        abroad(YOUNGER, "{name: mcp-server}");
        // Then
        assertThat(refused(YOUNGER)).isEmpty();
    }

    @Test
    void itIsFreeWhenTheOlderOneIsGone() {
        // Given
        abroad(OLDER, "{name: mcp-server, namespace: mcp-services}");
        bed.withRollout("");
        bed.letFrom = Set.of("abroad");
        // When
        bed.api.delete("mcprollouts.mcprollout.io", "abroad", "a-rollout");
        // Then
        await().until(() -> refused(KEY).isEmpty());
    }
}
