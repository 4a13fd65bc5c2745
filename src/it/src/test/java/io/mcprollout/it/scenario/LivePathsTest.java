package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.RolloutKey;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What stands beside the managed route, in an API server and under the shipped roles, from the objects to the status. */
class LivePathsTest {
    private static final String SECOND_ROUTE = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: inside, namespace: mcp-services}
            spec:
              hosts: [mcp.inside.example.com]
              gateways: [private]
              http: [{name: all, route: [{destination: {host: mcp-server}}]}]
            """;

    private static final RolloutKey YOUNGER = new RolloutKey(LiveCluster.NAMESPACE, "younger");

    private final LiveCluster cluster = new LiveCluster("Replace");
    private final LiveController controller = new LiveController(cluster, "controller-1");

    @AfterEach
    void stop() {
        controller.close();
        cluster.close();
    }

    private void idle() {
        cluster.runUntil("idle", controller::tick, () -> cluster.phase().equals("Idle"));
    }

    private JsonNode condition(String type) {
        return cluster.rollout()
                .at("/status/conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asText().equals(type))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no condition " + type));
    }

    @Test
    void aSecondRouteHoldsTheFirstWeightUntilItIsGone() {
        // Given
        idle();
        cluster.api.apply(SECOND_ROUTE);
        cluster.push("canary", "mcp:2");
        cluster.runUntil(
                "held",
                controller::tick,
                () -> condition("Reconciling").path("reason").asText().equals("UncontrolledPath"));
        cluster.run(Duration.ofMinutes(2), controller::tick);
        JsonNode held = condition("UncontrolledPath");
        int share = cluster.shares.stream().mapToInt(Integer::intValue).max().orElseThrow();
        // When
        cluster.api.delete("virtualservices", LiveCluster.NAMESPACE, "inside");
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        assertThat(share).isZero();
        assertThat(held.path("status").asText()).isEqualTo("True");
        assertThat(held.path("reason").asText()).isEqualTo("HeldBack");
        assertThat(held.path("message").asText())
                .contains("route all of VirtualService inside sends to Service mcp-server without a subset");
        assertThat(condition("UncontrolledPath").path("reason").asText()).isEqualTo("NotTaken");
        assertThat(condition("UncontrolledPath").path("message").asText()).contains("is bound to mesh");
    }

    @Test
    void whoAcceptsASecondRouteSeesItInTheStatus() {
        // Given
        idle();
        cluster.api.apply(SECOND_ROUTE);
        cluster.push("canary", "mcp:2");
        cluster.runUntil(
                "held",
                controller::tick,
                () -> condition("Reconciling").path("reason").asText().equals("UncontrolledPath"));
        // When
        cluster.api.mergePatch(
                "mcprollouts.mcprollout.io",
                LiveCluster.NAMESPACE,
                "mcp-server",
                "{spec: {traffic: {allowUncontrolled: true}}}");
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        assertThat(condition("UncontrolledPath").path("status").asText()).isEqualTo("True");
        assertThat(condition("UncontrolledPath").path("reason").asText()).isEqualTo("Allowed");
    }

    @Test
    void aGatewayThatNoProbeComesByIsNamedAndHoldsNothing() {
        // Given
        cluster.api.jsonPatch(
                "virtualservices.networking.istio.io",
                LiveCluster.NAMESPACE,
                "mcp-server",
                "[{op: add, path: /spec/gateways/-, value: partners}]");
        idle();
        cluster.push("canary", "mcp:2");
        // When
        cluster.runUntil("promoted", controller::tick, () -> cluster.phase().equals("Promoted"));
        // Then
        assertThat(condition("EntryPointNotProbed").path("status").asText()).isEqualTo("True");
        assertThat(condition("EntryPointNotProbed").path("message").asText())
                .startsWith("VirtualService mcp-server is bound to 2 gateways, and probes come by 1 of them");
    }

    @Test
    void aTopologyThatIsRefusedIsNotAccepted() {
        // Given
        cluster.api.mergePatch("services", LiveCluster.NAMESPACE, "mcp-server", "{spec: {selector: {track: stable}}}");
        // When
        cluster.run(Duration.ofSeconds(5), controller::tick);
        // Then
        assertThat(condition("Accepted").path("status").asText()).isEqualTo("False");
        assertThat(condition("Accepted").path("reason").asText()).isEqualTo("UnsupportedTopology");
        assertThat(condition("Accepted").path("message").asText())
                .startsWith(
                        "spec.traffic.istio.destinationRule.name: Service mcp-server selects {app=mcp, track=stable}");
        assertThat(cluster.shares).containsExactly(0);
    }

    @Test
    void goesOnWhenTheTopologyIsMended() {
        // Given
        cluster.api.mergePatch("services", LiveCluster.NAMESPACE, "mcp-server", "{spec: {selector: {track: stable}}}");
        cluster.run(Duration.ofSeconds(5), controller::tick);
        // When
        cluster.api.mergePatch("services", LiveCluster.NAMESPACE, "mcp-server", "{spec: {selector: {track: null}}}");
        idle();
        // Then
        assertThat(condition("Accepted").path("status").asText()).isEqualTo("True");
    }

    @Test
    void theYoungerOfTwoRolloutsOnOneRouteIsRefused() {
        // Given
        idle();
        // When
        cluster.addRollout("younger");
        cluster.runUntil(
                "refused",
                () -> controller.tick(YOUNGER),
                () -> !cluster.rollout("younger").at("/status/conditions").isMissingNode());
        // Then
        JsonNode accepted = cluster.rollout("younger")
                .at("/status/conditions")
                .valueStream()
                .filter(condition -> condition.path("type").asText().equals("Accepted"))
                .findFirst()
                .orElseThrow();
        assertThat(accepted.path("reason").asText()).isEqualTo("UnsupportedTopology");
        assertThat(accepted.path("message").asText())
                .contains("belongs to the older McpRollout mcp-server; delete one of the two, or name another");
    }
}
