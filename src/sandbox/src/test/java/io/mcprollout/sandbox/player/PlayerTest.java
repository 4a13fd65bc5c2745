package io.mcprollout.sandbox.player;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlayerTest {

    @TempDir
    Path logs;

    private final KubeApi kube = KubeApi.start();
    private final Images images = new Images();
    private Player player =
            start(PlayerSettings.defaults().withBackOff(Duration.ofMillis(300)).withGrace(Duration.ofMillis(100)));

    private Player start(PlayerSettings settings) {
        return Player.start(kube, images, settings);
    }

    @AfterEach
    void close() {
        player.close();
        kube.close();
    }

    @Test
    void aDeploymentBecomesPodsThatAnswer() throws Exception {
        // Given
        String deployment = deployment("web", "sandbox/mcp-server:1.0", 2);

        // When
        kube.apply(deployment);
        until(() -> status("web").path("readyReplicas").asInt() == 2);

        // Then
        ObjectNode set = only(kube.list("replicasets.apps", "default", ""));
        String hash = set.at("/metadata/labels/pod-template-hash").asText();
        assertThat(Json.meta(set, "name")).isEqualTo("web-" + hash);
        assertThat(status("web").toString())
                .contains(
                        "\"observedGeneration\":1",
                        "\"replicas\":2",
                        "\"updatedReplicas\":2",
                        "\"availableReplicas\":2");
        assertThat(condition("web", "Progressing")).isEqualTo("True NewReplicaSetAvailable");
        assertThat(condition("web", "Available")).isEqualTo("True MinimumReplicasAvailable");
        for (ObjectNode pod : pods()) {
            assertThat(Json.meta(pod, "name")).startsWith("web-" + hash + "-");
            assertThat(pod.at("/metadata/ownerReferences/0/uid").asText()).isEqualTo(Json.meta(set, "uid"));
            assertThat(container(pod).path("imageID").asText()).startsWith("sandbox.local/sandbox/mcp-server@sha256:");
            assertThat(pod.at("/spec/nodeName").asText()).startsWith("node-");
            assertThat(answer(pod).headers().firstValue("x-mcp-server-version")).hasValue("1.0");
        }
    }

    @Test
    void aNewTemplateReplacesPodsWithoutAGap() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 3));
        until(() -> settled("web", 3));
        String before = hash();
        Set<Integer> ready = new ConcurrentSkipListSet<>();
        Runnable watching = kube.watch("pods", change -> ready.add(readyPods()));

        // When
        kube.apply(deployment("web", "sandbox/mcp-server:1.1", 3));
        until(() -> settled("web", 3) && pods().size() == 3 && !hash().equals(before));
        watching.run();

        // Then
        assertThat(ready).isSubsetOf(3, 4);
        assertThat(pods())
                .hasSize(3)
                .allMatch(pod -> container(pod).path("image").asText().endsWith(":1.1"));
        assertThat(kube.list("replicasets.apps", "default", "")).hasSize(2);
        assertThat(kube.get("deployments.apps", "default", "web")
                        .orElseThrow()
                        .at("/metadata/annotations")
                        .path("deployment.kubernetes.io/revision")
                        .asText())
                .isEqualTo("2");
        assertThat(status("web").path("observedGeneration").asInt()).isEqualTo(2);
    }

    @Test
    void scalingChangesPodsAndNotTheRevision() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 1));
        until(() -> settled("web", 1));

        // When
        kube.mergePatch("deployments.apps", "default", "web", "{\"spec\":{\"replicas\":4}}");
        until(() -> settled("web", 4));
        kube.mergePatch("deployments.apps", "default", "web", "{\"spec\":{\"replicas\":0}}");
        until(() -> pods().isEmpty() && status("web").path("replicas").asInt() == 0);

        // Then
        assertThat(kube.list("replicasets.apps", "default", "")).hasSize(1);
        assertThat(status("web").path("observedGeneration").asInt()).isEqualTo(3);
    }

    @Test
    void aVersionThatCannotBePulledLeavesTheOldOneServing() {
        // Given
        kube.apply(deployment("web", "sandbox/mcp-server:1.0", 2));
        until(() -> settled("web", 2));
        images.refuse("sandbox/mcp-server:1.1", "manifest unknown");

        // When
        kube.apply(deployment("web", "sandbox/mcp-server:1.1", 2));
        until(() -> waiting().contains("ImagePullBackOff"));

        // Then
        assertThat(readyPods()).isEqualTo(2);
        assertThat(status("web").path("updatedReplicas").asInt()).isEqualTo(1);
        images.allow("sandbox/mcp-server:1.1");
        until(() -> settled("web", 2));
    }

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
    void aVersionThatDiesAtItsStartNeverBecomesReady() {
        // Given
        String dying = deployment("web", "sandbox/mcp-server:1.0", 1)
                .replace(
                        "env: []",
                        "env: [{name: MCP_FAULTS, value: '[{\"exit\":{\"afterMs\":20,\"code\":1,\"reason\":\"Error\"}},{\"unready\":{}}]'}]");

        // When
        kube.apply(dying);
        until(() ->
                !pods().isEmpty() && container(onlyPod()).path("restartCount").asInt() >= 2);

        // Then
        assertThat(status("web").path("readyReplicas").asInt()).isZero();
        assertThat(container(onlyPod()).at("/lastState/terminated/exitCode").asInt())
                .isEqualTo(1);
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

    @Test
    void aCommandRunsAsAProcessOnItsPort() throws Exception {
        // Given
        String deployment =
                deployment("web", "acme/anything:1", 1).replace("env: []", """
                        env: [{name: GREETING, value: hello}]
                                command: [bash, -c]
                                args: ['echo $GREETING $(GREETING); exec python3 -m http.server --bind 127.0.0.1 $(PORT)']""").replace("path: /ready", "path: /");

        // When
        player.close();
        player = start(new PlayerSettings(
                1,
                Duration.ofMillis(300),
                Duration.ofSeconds(1),
                Duration.ofMillis(100),
                Duration.ofMillis(100),
                logs,
                Clock.systemUTC()));
        kube.apply(deployment);
        until(() -> settled("web", 1));
        ObjectNode pod = onlyPod();
        kube.delete("deployments.apps", "default", "web");
        until(() -> pods().isEmpty());

        // Then
        assertThat(logs.resolve(Json.meta(pod, "name") + ".log")).content().startsWith("hello hello\n");
        until(() -> !listens(pod));
        assertThat(kube.list("replicasets.apps", "default", "")).isEmpty();
    }

    private static boolean listens(JsonNode pod) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(pod))) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static int port(JsonNode pod) {
        return pod.at("/metadata/annotations").path(Kubelet.PORT).asInt();
    }

    private static HttpResponse<String> answer(ObjectNode pod) throws Exception {
        URI uri = URI.create("http://" + pod.at("/status/podIP").asText() + ":" + port(pod) + "/mcp");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Accept", "application/json, text/event-stream")
                    .POST(HttpRequest.BodyPublishers.ofString("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}"))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static void until(BooleanSupplier condition) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(20))
                .until(condition::getAsBoolean);
    }

    private boolean settled(String name, int replicas) {
        ObjectNode deployment = kube.get("deployments.apps", "default", name).orElseThrow();
        JsonNode status = deployment.path("status");
        return status.path("observedGeneration").asLong()
                        == deployment.at("/metadata/generation").asLong()
                && status.path("replicas").asInt() == replicas
                && status.path("updatedReplicas").asInt() == replicas
                && status.path("readyReplicas").asInt() == replicas
                && readyPods() == replicas;
    }

    private JsonNode status(String deployment) {
        return kube.get("deployments.apps", "default", deployment).orElseThrow().path("status");
    }

    private String condition(String deployment, String type) {
        for (JsonNode condition : status(deployment).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText() + " "
                        + condition.path("reason").asText();
            }
        }
        return "none";
    }

    private String hash() {
        return pods().stream()
                .map(pod -> pod.at("/metadata/labels/pod-template-hash").asText())
                .distinct()
                .collect(Collectors.joining(","));
    }

    private List<ObjectNode> pods() {
        return kube.list("pods", "default", "app=mcp");
    }

    private ObjectNode onlyPod() {
        return only(pods());
    }

    private static ObjectNode only(List<ObjectNode> objects) {
        assertThat(objects).hasSize(1);
        return objects.get(0);
    }

    private int readyPods() {
        return (int) pods().stream()
                .filter(pod -> !Owned.isDeleted(pod) && Conditions.holds(pod, "Ready"))
                .count();
    }

    private String waiting() {
        return pods().stream()
                .map(pod -> container(pod).at("/state/waiting/reason").asText())
                .collect(Collectors.joining(","));
    }

    private static JsonNode container(ObjectNode pod) {
        return pod.at("/status/containerStatuses/0");
    }

    private static String deployment(String name, String image, int replicas) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %s, namespace: default}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: mcp}}
                  template:
                    metadata: {labels: {app: mcp}}
                    spec:
                      containers:
                      - name: mcp
                        image: %s
                        env: []
                        ports: [{containerPort: 8080}]
                        readinessProbe: {httpGet: {path: /ready, port: 8080}, periodSeconds: 1, failureThreshold: 1}
                """.formatted(name, replicas, image);
    }
}
