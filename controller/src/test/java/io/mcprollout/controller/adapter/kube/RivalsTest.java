package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.mcprollout.controller.port.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class RivalsTest {
    private static GenericKubernetesResource rollout(String name, String created, String deployment, String service) {
        return Yaml.resource("""
                metadata: {name: %s, namespace: shop, creationTimestamp: '%s'}
                spec:
                  workloads: {stable: {name: %s}, canary: {name: %s-canary}}
                  traffic: {istio: {virtualServices: [%s]}}
                """.formatted(name, created, deployment, deployment, service));
    }

    private final GenericKubernetesResource older =
            rollout("older", "2026-01-01T00:00:00Z", "mcp", "{name: vs, routes: [mcp]}");

    @Test
    void theOlderOneHasTheRoute() {
        // Given
        var younger = rollout("younger", "2026-01-02T00:00:00Z", "other", "{name: vs}");
        // When
        List<Problem> problems = Rivals.problems(younger, List.of(older, younger));
        // Then
        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "spec.traffic.istio.virtualServices[0]: VirtualService vs route mcp belongs to the older"
                                + " McpRollout older; delete one of the two, or name another");
        assertThat(Rivals.problems(older, List.of(older, younger))).isEmpty();
    }

    @Test
    void theOlderOneHasTheDeployment() {
        // Given
        var younger = rollout("younger", "2026-01-02T00:00:00Z", "mcp", "{name: vs2}");
        // When
        List<Problem> problems = Rivals.problems(younger, List.of(older, younger));
        // Then
        assertThat(problems)
                .extracting(Problem::reason, Problem::field)
                .containsExactly(
                        tuple("UnsupportedTopology", "spec.workloads.stable.name"),
                        tuple("UnsupportedTopology", "spec.workloads.canary.name"));
    }

    @Test
    void differentRoutesOfOneVirtualServiceAreNoConflict() {
        // Given
        var younger = rollout("younger", "2026-01-02T00:00:00Z", "other", "{name: vs, routes: [mcp2]}");
        // When
        List<Problem> problems = Rivals.problems(younger, List.of(older, younger));
        // Then
        assertThat(problems).isEmpty();
    }
}
