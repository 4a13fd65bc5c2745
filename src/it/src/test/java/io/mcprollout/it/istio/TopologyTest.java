package io.mcprollout.it.istio;

import static io.mcprollout.it.istio.IstioBed.KEY;
import static io.mcprollout.it.istio.IstioBed.NAMESPACE;
import static io.mcprollout.it.istio.IstioBed.ROUTES;
import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.controller.port.Problem;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.kube.http.Fault;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topologies that weights of two subsets cannot decide are refused, with the field and the way out. */
class TopologyTest extends RouterBed {
    private static final String RULE = "spec.traffic.istio.destinationRule.name";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mcp-server.mcp-services.global | a name for pods of several clusters | make it a Service of namespace mcp-services",
                "mcp-server.mcp-services.svc.clusterset.local | a name for pods of several clusters | make it a Service of namespace mcp-services",
                "mcp-server.elsewhere.svc.cluster.local | a Service of another namespace | make it a Service of namespace mcp-services",
                "mcp.example.org | no Service of the cluster, as a ServiceEntry's host is not | make it a Service of namespace mcp-services",
            })
    void aHostThatIsNoServiceOfTheNamespaceIsRefused(String host, String what, String way) {
        // Given
        patch("dr", "[{op: replace, path: /spec/host, value: " + host + "}]");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.field()).isEqualTo(RULE);
            assertThat(problem.message()).contains(host, what, way);
        });
    }

    @Test
    void aVirtualServiceForSeveralClustersIsRefused() {
        // Given
        patch("vs", "[{op: add, path: /spec/hosts/-, value: mcp-server.mcp-services.global}]");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.field()).isEqualTo("spec.traffic.istio.virtualServices[0].name");
            assertThat(problem.message()).contains("mcp-server.mcp-services.global", "take this host out");
        });
    }

    @Test
    void aSubsetThatIsAClusterIsRefused() {
        // Given
        patch("dr", "[{op: add, path: /spec/subsets/1/labels/topology.istio.io~1cluster, value: west}]");
        bed.pods.put(Slot.B, java.util.Map.of("app", "mcp", "track", "canary", "topology.istio.io/cluster", "west"));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.message()).contains("topology.istio.io/cluster", "tell the subsets apart by a label");
        });
    }

    @Test
    void aServiceThatIsNotThereIsSaid() {
        // Given
        bed.api.delete("services", NAMESPACE, "mcp-server");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("ServiceNotFound");
            assertThat(problem.field()).isEqualTo(RULE);
            assertThat(problem.message()).contains("there is no Service mcp-server in namespace mcp-services");
        });
    }

    @Test
    void aServiceForOneOfTheTwoDeploymentsIsRefused() {
        // Given
        bed.api.mergePatch("services", NAMESPACE, "mcp-server", "{spec: {selector: {track: stable}}}");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.field()).isEqualTo(RULE);
            assertThat(problem.message())
                    .contains(
                            "Service mcp-server selects", "not the pods of subset canary", "take out of its selector");
        });
    }

    @Test
    void aServiceWithoutASelectorIsRefused() {
        // Given
        bed.api.mergePatch("services", NAMESPACE, "mcp-server", "{spec: {selector: null}}");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.message()).contains("has no selector");
        });
    }

    @Test
    void aSecondServiceForBothDeploymentsIsRefused() {
        // Given
        bed.api.apply(service("mcp-public", "{app: mcp}", "{port: 80, targetPort: 3000}"));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.field()).isEqualTo(RULE);
            assertThat(problem.message())
                    .contains("Service mcp-public selects the pods of both", "mcp-server", "let its selector name one");
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{app: mcp} | {port: 9090}",
                "{app: mcp, track: canary} | {port: 3000}",
                "{app: mcp, track: stable} | {port: 3000}",
                "{app: other} | {port: 3000}",
            })
    void aServiceForAnotherPortOrForOneDeploymentIsNobodysBusiness(String selector, String port) {
        // Given
        bed.api.apply(service("another", selector, port));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"namespaces", "services"})
    void aWaypointIsRefused(String labelled) {
        // Given
        namespace("istio.io/dataplane-mode", "ambient");
        label(labelled, "istio.io/use-waypoint", "waypoint");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("UnsupportedTopology");
            assertThat(problem.field()).isEqualTo("spec.traffic.istio.virtualServices");
            assertThat(problem.message())
                    .contains("ambient mode", "the waypoint waypoint", "istio.io/use-waypoint=none");
        });
    }

    @Test
    void aServiceThatUsesNoWaypointIsAccepted() {
        // Given
        namespace("istio.io/dataplane-mode", "ambient");
        namespace("istio.io/use-waypoint", "waypoint");
        label("services", "istio.io/use-waypoint", "none");

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).isEmpty();
    }

    @Test
    void servicesThatCannotBeReadAreNoServicesThatAreFine() {
        // Given
        bed.api
                .faults()
                .always(call -> call.resource().equals("services"), Fault.answer(403, "Forbidden", "not for you"));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.reason()).isEqualTo("Unreadable");
            assertThat(problem.message()).contains("Services of the namespace cannot be read", "not for you");
        });
    }

    @Test
    void manyServicesAreReadPageByPage() {
        // Given
        for (int i = 0; i < 501; i++) {
            bed.api.apply(service("a-" + i, "{app: other}", "{port: 3000}"));
        }
        bed.api.apply(service("z", "{app: mcp}", "{port: 3000}"));

        // When
        List<Problem> problems = check();

        // Then
        assertThat(problems)
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).startsWith("Service z "));
    }

    private List<Problem> check() {
        return bed.router().check(KEY, ROUTES);
    }

    private void patch(String kind, String operations) {
        bed.api.jsonPatch(kind, NAMESPACE, "mcp-server", operations);
    }

    private void namespace(String label, String value) {
        label("namespaces", label, value);
    }

    private void label(String resource, String label, String value) {
        boolean namespace = resource.equals("namespaces");
        bed.api.mergePatch(
                resource,
                namespace ? "" : NAMESPACE,
                namespace ? NAMESPACE : "mcp-server",
                "{metadata: {labels: {'" + label + "': '" + value + "'}}}");
    }

    private static String service(String name, String selector, String port) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: %s, namespace: mcp-services}
                spec: {selector: %s, ports: [%s]}
                """.formatted(name, selector, port);
    }
}
