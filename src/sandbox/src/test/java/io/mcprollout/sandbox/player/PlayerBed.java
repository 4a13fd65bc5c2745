package io.mcprollout.sandbox.player;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;

/** A cluster whose Deployments are played, and what its objects say. */
abstract class PlayerBed {
    final KubeApi kube = KubeApi.start();
    final Images images = new Images();
    Player player =
            start(PlayerSettings.defaults().withBackOff(Duration.ofMillis(300)).withGrace(Duration.ofMillis(100)));

    Player start(PlayerSettings settings) {
        return Player.start(kube, images, settings);
    }

    @AfterEach
    void close() {
        player.close();
        kube.close();
    }

    static int port(JsonNode pod) {
        return pod.at("/metadata/annotations").path(Kubelet.PORT).asInt();
    }

    static void until(BooleanSupplier condition) {
        await().pollInterval(Duration.ofMillis(20))
                .atMost(Duration.ofSeconds(20))
                .until(condition::getAsBoolean);
    }

    boolean settled(String name, int replicas) {
        ObjectNode deployment = kube.get("deployments.apps", "default", name).orElseThrow();
        JsonNode status = deployment.path("status");
        return status.path("observedGeneration").asLong()
                        == deployment.at("/metadata/generation").asLong()
                && status.path("replicas").asInt() == replicas
                && status.path("updatedReplicas").asInt() == replicas
                && status.path("readyReplicas").asInt() == replicas
                && readyPods() == replicas;
    }

    JsonNode status(String deployment) {
        return kube.get("deployments.apps", "default", deployment).orElseThrow().path("status");
    }

    String condition(String deployment, String type) {
        for (JsonNode condition : status(deployment).path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition.path("status").asText() + " "
                        + condition.path("reason").asText();
            }
        }
        return "none";
    }

    List<ObjectNode> pods() {
        return kube.list("pods", "default", "app=mcp");
    }

    ObjectNode onlyPod() {
        return only(pods());
    }

    static ObjectNode only(List<ObjectNode> objects) {
        assertThat(objects).hasSize(1);
        return objects.get(0);
    }

    int readyPods() {
        return (int) pods().stream()
                .filter(pod -> !Owned.isDeleted(pod) && Conditions.holds(pod, "Ready"))
                .count();
    }

    String waiting() {
        return pods().stream()
                .map(pod -> container(pod).at("/state/waiting/reason").asText())
                .collect(Collectors.joining(","));
    }

    static JsonNode container(ObjectNode pod) {
        return pod.at("/status/containerStatuses/0");
    }

    static String deployment(String name, String image, int replicas) {
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
