package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.process.PackagedController;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A node is drained under the only pod of a new version, in a cluster with nodes, a scheduler and a kubelet. */
class NodeDrainTest {
    @Test
    @Tag("competitors-29")
    void aDrainTakesTheTrafficBlamesNobodyAndGoesOnByItself() {
        // Given
        try (DemoBed demo = new DemoBed("deploy/kustomize/cluster")) {
            demo.bed.kube().mergePatch("deployments.apps", "demo", "mcp-server-canary", "{spec: {replicas: 1}}");
            demo.bed.kube().update("mcprollouts.mcprollout.io", "demo", "mcp-server", rollout -> {
                ((ObjectNode) rollout.path("spec")).putObject("capacity").put("headroom", 0);
                return rollout;
            });
            demo.secure();
            try (PackagedController controller = PackagedController.start(demo.launch("drain"))) {
                controller.awaitReady(DemoBed.LIMIT);
                demo.awaitPhase("Idle");
                demo.release("1.1");
                demo.awaitWeight(10);
                // When
                String node = cordonAllBut(demo);
                demo.bed.player().drain(node);
                demo.awaitWeight(0);
                demo.awaitPhase("Blocked");
                String said = demo.rollout().at("/status/message").asText();
                demo.bed.player().cordon(node, false);
                demo.awaitPhase("Promoted");
                // Then
                assertThat(said).contains("no pod of mcp-server-canary is ready");
                assertThat(demo.rollout().at("/status/condemned")).isEmpty();
                assertThat(demo.rollout().at("/status/attempt").asInt()).isEqualTo(1);
            }
        }
    }

    /** Forbids new pods on every node but the canary's, which it answers. */
    private static String cordonAllBut(DemoBed demo) {
        String node = demo.bed.kube().list("pods", "demo", "").stream()
                .filter(pod -> pod.at("/metadata/name").asText().startsWith("mcp-server-canary"))
                .map(pod -> pod.at("/spec/nodeName").asText())
                .findFirst()
                .orElseThrow();
        for (int i = 1; i <= 3; i++) {
            String other = "node-" + i;
            if (!other.equals(node)) {
                demo.bed.player().cordon(other, true);
            }
        }
        return node;
    }
}
