package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Objects of one server and its rollout as a real cluster would hold them, recorded once where pods run, and put into an API server as often
 * as wanted without anything that runs.
 */
final class Herd {
    private static final String MODEL = "herd-model";
    private static final String LANE = Packed.text("/bench/scale.yaml").replace("${lane}", MODEL);
    private static final String IMAGE_PATCH =
            "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\","
                    + "\"value\":\"sandbox/mcp-server:1.1\"}]";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /* An owner comes before what it owns. */
    private static final List<String> WORKLOADS = List.of("deployments.apps", "replicasets.apps", "pods");

    private static final List<String> OF_THE_MODEL =
            List.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "finalizers");

    private final List<ObjectNode> workloads;
    private final List<ObjectNode> released;

    private Herd(List<ObjectNode> workloads, List<ObjectNode> released) {
        this.workloads = workloads;
        this.released = released;
    }

    /** Records a server before and after a new version was put into its candidate's Deployment. */
    static Herd record() {
        try (Bed bed = Bed.start(
                Path.of("deploy", "crds"),
                PlayerSettings.defaults().withGrace(Duration.ofMillis(10)),
                MeshSettings.of("bench/gateway"))) {
            KubeApi kube = bed.kube();
            kube.apply(LANE);
            Cluster.await("the model's pods", LIMIT, () -> isSettled(kube, "1.0"));
            List<ObjectNode> before = snapshot(kube);
            kube.jsonPatch("deployments.apps", MODEL, "canary", IMAGE_PATCH);
            Cluster.await("the model's new pods", LIMIT, () -> isSettled(kube, "1.1"));
            return new Herd(before, snapshot(kube));
        }
    }

    private static boolean isSettled(KubeApi kube, String canary) {
        List<ObjectNode> pods = kube.list("pods", MODEL, "");
        return pods.size() == 2
                && pods.stream().allMatch(Herd::isReady)
                && pods.stream()
                        .anyMatch(pod -> Json.meta(pod, "name").startsWith("canary")
                                && pod.at("/spec/containers/0/image").asText().endsWith(":" + canary))
                && kube.list("deployments.apps", MODEL, "").stream()
                        .allMatch(deployment -> deployment
                                                .at("/status/readyReplicas")
                                                .asInt()
                                        == 1
                                && deployment.at("/status/updatedReplicas").asInt() == 1
                                && deployment.at("/status/replicas").asInt() == 1);
    }

    private static boolean isReady(JsonNode pod) {
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True");
            }
        }
        return false;
    }

    private static List<ObjectNode> snapshot(KubeApi kube) {
        return WORKLOADS.stream()
                .flatMap(resource -> kube.list(resource, MODEL, "").stream())
                .toList();
    }

    /** Puts a server in its own namespace, with its route and its McpRollout, which looks every 10 s or as the preset {@code standard} says. */
    void put(KubeApi kube, String lane, boolean preset) {
        kube.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + lane + "}}");
        copy(kube, lane, workloads);
        String others = preset ? "Namespace|Deployment|McpRolloutPolicy" : "Namespace|Deployment";
        Json.documents(LANE.replace(MODEL, lane)
                        .replace(
                                "policy: {name: scale}",
                                preset ? "policy: {preset: standard}" : "policy: {name: scale}"))
                .stream()
                .filter(document -> !document.path("kind").asText().matches(others))
                .forEach(kube::apply);
    }

    /** Puts a new version into the candidate's Deployment, all its pods replaced at once. */
    void release(KubeApi kube, String lane) {
        kube.list("pods", lane, "").stream()
                .filter(pod -> Json.meta(pod, "name").startsWith("canary"))
                .forEach(pod -> kube.delete("pods", lane, Json.meta(pod, "name")));
        copy(
                kube,
                lane,
                released.stream()
                        .filter(object -> Json.meta(object, "name").startsWith("canary"))
                        .toList());
    }

    /** Lets the only pod of the candidate crash, as its node and its Deployment would report it. */
    void crash(KubeApi kube, String lane) {
        kube.list("pods", lane, "").stream()
                .map(pod -> Json.meta(pod, "name"))
                .filter(name -> name.startsWith("canary"))
                .forEach(name -> kube.updateStatus("pods", lane, name, Herd::crashed));
        kube.updateStatus("deployments.apps", lane, "canary", deployment -> {
            ObjectNode status = (ObjectNode) deployment.get("status");
            status.remove(List.of("readyReplicas", "availableReplicas"));
            status.put("unavailableReplicas", 1);
            return deployment;
        });
    }

    private static ObjectNode crashed(ObjectNode pod) {
        String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        for (JsonNode condition : pod.at("/status/conditions")) {
            if (condition.path("type").asText().matches("Ready|ContainersReady")) {
                ((ObjectNode) condition).put("status", "False").put("lastTransitionTime", now);
            }
        }
        ObjectNode container = (ObjectNode) pod.at("/status/containerStatuses/0");
        container.put("ready", false).put("restartCount", 1);
        container.putObject("state").putObject("waiting").put("reason", "CrashLoopBackOff");
        container
                .putObject("lastState")
                .putObject("terminated")
                .put("exitCode", 1)
                .put("reason", "Error")
                .put("finishedAt", now);
        return pod;
    }

    /** Puts a Deployment with so many pods, and a VirtualService, that are nobody's business. */
    void putForeign(KubeApi kube, String namespace, int pods) {
        kube.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        List<ObjectNode> stable = workloads.stream()
                .filter(object -> Json.meta(object, "name").startsWith("stable"))
                .toList();
        Map<String, String> uids = copy(kube, namespace, stable);
        ObjectNode pod = stable.getLast();
        for (int i = 1; i < pods; i++) {
            ObjectNode more = cleaned(pod, namespace, uids);
            Json.metadata(more).put("name", Json.meta(pod, "name") + "-" + i);
            kube.apply(more);
        }
        Json.documents(LANE.replace(MODEL, namespace)).stream()
                .filter(document -> document.path("kind").asText().equals("VirtualService"))
                .forEach(kube::apply);
    }

    private static Map<String, String> copy(KubeApi kube, String namespace, List<ObjectNode> objects) {
        Map<String, String> uids = new HashMap<>();
        for (ObjectNode object : objects) {
            ObjectNode applied = kube.apply(cleaned(object, namespace, uids));
            uids.put(Json.meta(object, "uid"), Json.meta(applied, "uid"));
        }
        return uids;
    }

    private static ObjectNode cleaned(ObjectNode object, String namespace, Map<String, String> uids) {
        ObjectNode copy = (ObjectNode)
                Json.parse(object.toString().replace(MODEL, namespace).getBytes(StandardCharsets.UTF_8));
        Json.metadata(copy).remove(OF_THE_MODEL);
        for (JsonNode owner : copy.at("/metadata/ownerReferences")) {
            String uid = owner.path("uid").asText();
            ((ObjectNode) owner).put("uid", uids.getOrDefault(uid, uid));
        }
        return copy;
    }
}
