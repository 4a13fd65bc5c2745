package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The nodes of the cluster and the scheduler that puts pods on them: fewest pods first, none on a node that is cordoned or not ready. */
final class Nodes {

    private final KubeApi kube;
    private final Clock clock;

    Nodes(KubeApi kube, Clock clock) {
        this.kube = kube;
        this.clock = clock;
    }

    /** Makes {@code node-1} to {@code node-n}. */
    void create(int n) {
        for (int i = 1; i <= n; i++) {
            String name = "node-" + i;
            if (kube.get("nodes", "", name).isEmpty()) {
                ObjectNode node = Json.object().put("apiVersion", "v1").put("kind", "Node");
                Json.metadata(node).put("name", name);
                Json.child(Json.metadata(node), "labels").put("kubernetes.io/hostname", name);
                kube.create(node);
                ready(name, true);
            }
        }
    }

    /** Sets the node's condition {@code Ready}. */
    void ready(String name, boolean ready) {
        kube.updateStatus("nodes", "", name, now -> {
            Conditions conditions = new Conditions(now.path("status"), clock.instant())
                    .set("Ready", ready, ready ? "KubeletReady" : "KubeletNotReady", "");
            Json.child(now, "status").set("conditions", conditions.list());
            return now;
        });
    }

    /** Allows or forbids new pods on the node. */
    void cordon(String name, boolean cordoned) {
        kube.update("nodes", "", name, now -> {
            Json.child(now, "spec").put("unschedulable", cordoned);
            return now;
        });
    }

    /** Gives a node to every pod that has none, or says why there is none. */
    void schedule(List<ObjectNode> pods) {
        List<ObjectNode> nodes = kube.list("nodes", "", "");
        for (ObjectNode pod : pods) {
            if (!node(pod).isEmpty() || Owned.isDeleted(pod)) {
                continue;
            }
            Optional<String> free = nodes.stream()
                    .filter(node -> !node.at("/spec/unschedulable").asBoolean(false) && Conditions.holds(node, "Ready"))
                    .map(node -> Json.meta(node, "name"))
                    .min(Comparator.comparingLong((String name) -> pods.stream()
                            .filter(other -> node(other).equals(name))
                            .count()));
            try {
                free.ifPresentOrElse(node -> bind(pod, node), () -> refuse(pod, nodes.size()));
            } catch (ApiException e) {
                if (e.code() != 404) { // it may have gone meanwhile
                    throw e;
                }
            }
        }
    }

    private void bind(ObjectNode pod, String node) {
        kube.update("pods", Json.meta(pod, "namespace"), Json.meta(pod, "name"), now -> {
            Json.child(now, "spec").put("nodeName", node);
            Json.metadata(now).withArray("finalizers").add(Kubelet.FINALIZER);
            return now;
        });
        Json.child(pod, "spec").put("nodeName", node); // so that the next pod of this round sees it
    }

    private void refuse(ObjectNode pod, int nodes) {
        ObjectNode status = PodStatus.unschedulable(
                pod, "0/" + nodes + " nodes are available: " + nodes + " node(s) were unschedulable.", clock.instant());
        if (!Json.same(pod.path("status"), status)) {
            kube.updateStatus("pods", Json.meta(pod, "namespace"), Json.meta(pod, "name"), now -> {
                now.set("status", status);
                return now;
            });
        }
    }

    static String node(ObjectNode pod) {
        return pod.at("/spec/nodeName").asText("");
    }
}
