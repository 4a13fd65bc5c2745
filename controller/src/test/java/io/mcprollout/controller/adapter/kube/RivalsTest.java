package io.mcprollout.controller.adapter.kube;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.watch.ObjectName;
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
        List<Problem> problems = Rivals.problems(younger, List.of(older, younger), (namespace, service) -> false);
        // Then
        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "spec.traffic.istio.virtualServices[0]: VirtualService vs route mcp belongs to the older"
                                + " McpRollout older; delete one of the two, or name another");
        assertThat(Rivals.problems(older, List.of(older, younger), (namespace, service) -> false))
                .isEmpty();
    }

    @Test
    void theOlderOneHasTheDeployment() {
        // Given
        var younger = rollout("younger", "2026-01-02T00:00:00Z", "mcp", "{name: vs2}");
        // When
        List<Problem> problems = Rivals.problems(younger, List.of(older, younger), (namespace, service) -> false);
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
        List<Problem> problems = Rivals.problems(younger, List.of(older, younger), (namespace, service) -> false);
        // Then
        assertThat(problems).isEmpty();
    }

    private static GenericKubernetesResource abroad(String name, String created) {
        GenericKubernetesResource resource = rollout(name, created, "mcp", "{name: vs, namespace: shop}");
        resource.getMetadata().setNamespace("abroad");
        return resource;
    }

    @Test
    void anOlderOneOfAnotherNamespaceHasTheRouteIfItIsLetHaveIt() {
        // Given
        var stranger = abroad("stranger", "2025-12-31T00:00:00Z");
        // When
        List<Problem> problems = Rivals.problems(
                older,
                List.of(older, stranger),
                (namespace, service) -> namespace.equals("abroad") && service.equals(new ObjectName("shop", "vs")));
        // Then
        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "spec.traffic.istio.virtualServices[0]: VirtualService vs belongs to the older McpRollout"
                                + " abroad/stranger; delete one of the two, or name another");
        assertThat(Rivals.problems(older, List.of(older, stranger), (namespace, service) -> false))
                .isEmpty();
    }

    @Test
    void oneThatIsUnderWayKeepsTheRouteThoughItIsLetNoMore() {
        // Given
        var stranger = abroad("stranger", "2025-12-31T00:00:00Z");
        stranger.getMetadata().setFinalizers(List.of("mcprollout.io/traffic"));
        // When
        List<Problem> problems = Rivals.problems(older, List.of(older, stranger), (namespace, service) -> false);
        // Then
        assertThat(problems).hasSize(1);
    }

    @Test
    void aYoungerOneOfAnotherNamespaceIsToldWhoHasTheRoute() {
        // Given
        var stranger = abroad("stranger", "2026-01-02T00:00:00Z");
        // When
        List<Problem> problems = Rivals.problems(stranger, List.of(older, stranger), (namespace, service) -> true);
        // Then
        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "spec.traffic.istio.virtualServices[0]: VirtualService shop/vs route mcp belongs to the older"
                                + " McpRollout shop/older; delete one of the two, or name another");
    }
}
