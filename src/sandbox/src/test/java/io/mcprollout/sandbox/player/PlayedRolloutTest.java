package io.mcprollout.sandbox.player;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
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
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How Deployments become pods, change and scale. */
class PlayedRolloutTest extends PlayerBed {
    @TempDir
    Path logs;

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
    void aContainerReadsFieldsOfItsPod() throws Exception {
        // Given
        String deployment = deployment("web", "sandbox/mcp-server:1.0", 1).replace("env: []", """
                env:
                        - {name: MCP_MODE, value: stateful}
                        - {name: MCP_SESSION_TAG, valueFrom: {fieldRef: {fieldPath: "metadata.labels['pod-template-hash']"}}}
                        - {name: MCP_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                """.strip());

        // When
        kube.apply(deployment);
        until(() -> status("web").path("readyReplicas").asInt() == 1);

        // Then
        HttpResponse<String> answer = initialize(onlyPod());
        assertThat(answer.headers().firstValue("mcp-session-id").orElseThrow()).startsWith(hash() + "~");
        assertThat(answer.body()).contains("\"name\":\"" + Json.meta(onlyPod(), "name"));
    }

    @Test
    void aSourceThatNobodyKnowsIsNamed() {
        // Given
        String deployment = deployment("web", "sandbox/mcp-server:1.0", 1)
                .replace("env: []", "env: [{name: KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}]");

        // When
        kube.apply(deployment);
        until(() -> pods().size() == 1
                && !container(onlyPod()).at("/lastState/terminated").isMissingNode());

        // Then
        assertThat(container(onlyPod()).at("/lastState/terminated/message").asText())
                .startsWith("env KEY: the sandbox knows no such valueFrom");
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

    private static HttpResponse<String> answer(ObjectNode pod) throws Exception {
        return answer(pod, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
    }

    private static HttpResponse<String> initialize(ObjectNode pod) throws Exception {
        return answer(pod, """
                {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params":
                 {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}
                """);
    }

    private static HttpResponse<String> answer(ObjectNode pod, String body) throws Exception {
        URI uri = URI.create("http://" + pod.at("/status/podIP").asText() + ":" + port(pod) + "/mcp");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("Accept", "application/json, text/event-stream")
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(body))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private String hash() {
        return pods().stream()
                .map(pod -> pod.at("/metadata/labels/pod-template-hash").asText())
                .distinct()
                .collect(Collectors.joining(","));
    }
}
