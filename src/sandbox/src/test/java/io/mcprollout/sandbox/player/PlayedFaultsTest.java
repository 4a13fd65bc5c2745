package io.mcprollout.sandbox.player;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;

/** What crashes, drained nodes and failing probes do to pods. */
class PlayedFaultsTest extends PlayerBed {
    @Test
    void aCrashIsRestartedAndThenBackedOff() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 1));
        until(() -> settled("web", 1));

        // When
        int killed = player.kill("default", "web", new Exit(137, "OOMKilled"));
        until(() -> container(onlyPod()).path("restartCount").asInt() == 1 && settled("web", 1));
        player.kill("default", "web", new Exit(3, "Error"));
        until(() -> waiting().contains("CrashLoopBackOff"));

        // Then
        assertThat(killed).isEqualTo(1);
        assertThat(container(onlyPod()).at("/lastState/terminated/exitCode").asInt())
                .isEqualTo(3);
        assertThat(container(onlyPod()).path("restartCount").asInt()).isEqualTo(1);
        assertThat(status("web").path("readyReplicas").asInt()).isZero();
        assertThat(onlyPod().at("/status/phase").asText()).isEqualTo("Running");
        until(() -> container(onlyPod()).path("restartCount").asInt() == 2 && settled("web", 1));
    }

    @Test
    void anOutOfMemoryKillIsNamed() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 1));
        until(() -> settled("web", 1));

        // When
        player.kill("default", "web", new Exit(137, "OOMKilled"));
        until(() -> container(onlyPod()).path("restartCount").asInt() == 1);

        // Then
        assertThat(container(onlyPod()).at("/lastState/terminated").toString())
                .contains("\"exitCode\":137", "\"reason\":\"OOMKilled\"", "finishedAt");
    }

    @Test
    void drainingANodeEvictsItsPodsAndMovesThem() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 3));
        until(() -> settled("web", 3));
        Set<String> evicted = new ConcurrentSkipListSet<>();
        Runnable watching = kube.watch("pods", change -> {
            if (Conditions.holds(change.after().object(), "DisruptionTarget")) {
                evicted.add(Nodes.node(change.after().object()));
            }
        });

        // When
        int moved = player.drain("node-1");
        until(() -> settled("web", 3) && pods().size() == 3);
        watching.run();

        // Then
        assertThat(moved).isEqualTo(1);
        assertThat(evicted).containsExactly("node-1");
        assertThat(pods()).noneMatch(pod -> Nodes.node(pod).equals("node-1"));
        assertThat(kube.get("nodes", "", "node-1")
                        .orElseThrow()
                        .at("/spec/unschedulable")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void podsWaitForANodeAndSayWhy() {
        // Given
        List.of("node-1", "node-2", "node-3").forEach(node -> player.cordon(node, true));

        // When
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 1));
        until(() -> !pods().isEmpty() && !onlyPod().at("/status/conditions").isEmpty());

        // Then
        assertThat(onlyPod().at("/status/conditions/0").toString())
                .contains("PodScheduled", "\"status\":\"False\"", "Unschedulable", "0/3 nodes are available");
        player.cordon("node-2", false);
        until(() -> settled("web", 1));
    }

    @Test
    void readinessFollowsTheProbe() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 1));
        until(() -> settled("web", 1));

        // When
        player.faults("default", "web", Faults.of(new Fault.Unready()));
        until(() -> status("web").path("readyReplicas").asInt() == 0);

        // Then
        assertThat(container(onlyPod()).at("/state").has("running")).isTrue();
        assertThat(onlyPod().at("/status/conditions").toString()).contains("containers with unready status: [mcp]");
        player.faults("default", "web", Faults.none());
        until(() -> settled("web", 1));
    }

    @Test
    void faultsGivenToADeploymentOutliveACrash() {
        // Given
        Faults broken = Faults.of(new Fault.ToolError("search", 1));
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 1));
        until(() -> settled("web", 1));
        player.faults("default", "web", broken);

        // When
        player.kill("default", "web", new Exit(1, "Error"));
        until(() -> container(onlyPod()).path("restartCount").asInt() == 1 && settled("web", 1));

        // Then
        assertThat(player.servers("default", "web"))
                .hasSize(1)
                .allMatch(server -> server.faults().equals(broken));
    }
}
