package io.mcprollout.sandbox.bed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.mcprollout.sandbox.agent.AgentLoad;
import io.mcprollout.sandbox.agent.CallResult;
import io.mcprollout.sandbox.agent.Failure;
import io.mcprollout.sandbox.agent.LoadCounts;
import io.mcprollout.sandbox.agent.LoadSpec;
import io.mcprollout.sandbox.agent.ToolCall;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BedTest {

    private static final String ROUTES = "virtualservices.networking.istio.io";

    /* Pods serve on while the mesh hears that they are going, on a busy machine, too. */
    private final Bed bed = Bed.start(
            Path.of("..", "..", "deploy", "crds"),
            PlayerSettings.defaults().withGrace(Duration.ofSeconds(3)),
            MeshSettings.of("demo/mcp-gateway"));
    private final List<CallResult> failed = new CopyOnWriteArrayList<>();

    @BeforeEach
    void deploy() throws IOException {
        for (String file : List.of("server.yaml", "demo-policy.yaml", "rollout.yaml")) {
            try (var in = Objects.requireNonNull(BedTest.class.getResourceAsStream("/demo/" + file))) {
                bed.kube().apply(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        await().atMost(Duration.ofSeconds(40))
                .until(() -> ready("mcp-server-stable") == 2 && ready("mcp-server-canary") == 2);
        // the gateway hears of the pods a moment later
        try (AgentLoad first = AgentLoad.start(bed.vertx(), load(20))) {
            await().atMost(Duration.ofSeconds(10)).until(() -> first.counts().ok() > 0);
        }
    }

    private void note(CallResult result) {
        if (!result.ok()) {
            failed.add(result);
        }
    }

    @AfterEach
    void close() {
        bed.close();
    }

    @Test
    void trafficFollowsTheWeightsWithoutAFailedCall() {
        // Given
        AgentLoad agents = AgentLoad.start(bed.vertx(), load(40), this::note);
        await().atMost(Duration.ofSeconds(40)).until(() -> agents.counts().ok() >= 50);

        // When
        boolean before = agents.counts().byVariant().containsKey("canary");
        weight(50);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> answers(agents, "canary").ok() >= 100);
        weight(0);
        agents.close();

        // Then
        assertThat(before).isFalse();
        assertThat(failed).isEmpty();
        assertThat(answers(agents, "stable").ok()).isGreaterThan(100);
    }

    @Test
    void aNewImageRollsOutUnderLoadWithoutAFailedCall() {
        // Given
        AgentLoad agents = AgentLoad.start(bed.vertx(), load(40), this::note);
        await().atMost(Duration.ofSeconds(40)).until(() -> agents.counts().ok() >= 50);

        // When
        bed.kube()
                .jsonPatch(
                        "deployments.apps",
                        "demo",
                        "mcp-server-stable",
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"sandbox/mcp-server:2.0\"}]");
        await().atMost(Duration.ofSeconds(40))
                .until(() -> bed.player().servers("demo", "mcp-server-stable").stream()
                                .allMatch(server -> server.spec().version().equals("2.0"))
                        && ready("mcp-server-stable") == 2);
        long ok = agents.counts().ok();
        await().atMost(Duration.ofSeconds(40)).until(() -> agents.counts().ok() > ok + 50);
        agents.close();

        // Then
        assertThat(failed).isEmpty();
    }

    @Test
    void faultsOfOneVersionReachOnlyItsCallers() {
        // Given
        LoadSpec load = load(60).blaming(result -> result.answeredBy().equals("canary"));
        bed.player().faults("demo", "mcp-server-canary", Faults.of(new Fault.ToolError("search", 1)));
        weight(50);

        // When
        AgentLoad agents = AgentLoad.start(bed.vertx(), load);
        await().atMost(Duration.ofSeconds(40)).until(() -> agents.counts().calls() >= 200);
        agents.close();

        // Then
        LoadCounts counts = agents.counts();
        assertThat(answers(agents, "stable").failed()).isZero();
        assertThat(answers(agents, "canary").failed())
                .isEqualTo(counts.failed())
                .isGreaterThan(10);
        assertThat(counts.failedByCanaryFault()).isEqualTo(counts.failed());
        assertThat(counts.failures()).containsOnlyKeys(Failure.TOOL_ERROR);
    }

    private LoadSpec load(double callsPerSecond) {
        List<ToolCall> calls =
                List.of(ToolCall.of("search", Map.of("query", "ping")), ToolCall.of("echo", Map.of("text", "hi")));
        return LoadSpec.of(bed.gateway("/mcp"), callsPerSecond, calls)
                .withAuthority("mcp.example.com")
                .withTimeout(Duration.ofSeconds(10));
    }

    private static LoadCounts.Answers answers(AgentLoad agents, String variant) {
        return agents.counts().byVariant().getOrDefault(variant, new LoadCounts.Answers(0, 0));
    }

    private int ready(String deployment) {
        return bed.kube()
                .get("deployments.apps", "demo", deployment)
                .orElseThrow()
                .at("/status/readyReplicas")
                .asInt();
    }

    private void weight(int canary) {
        bed.kube().jsonPatch(ROUTES, "demo", "mcp-server", """
                [{"op":"replace","path":"/spec/http/0/route/0/weight","value":%d},
                 {"op":"replace","path":"/spec/http/0/route/1/weight","value":%d}]""".formatted(100 - canary, canary));
    }
}
