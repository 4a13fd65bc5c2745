package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.Comparator;
import java.util.List;

/** Keeps as many pods of a ReplicaSet as it asks for, and its status. */
final class ReplicaSetControl {

    private final KubeApi kube;

    ReplicaSetControl(KubeApi kube) {
        this.kube = kube;
    }

    void reconcile(ObjectNode set, List<ObjectNode> allPods) {
        List<ObjectNode> pods = Owned.by(set, allPods).stream()
                .filter(pod -> !Owned.isDeleted(pod))
                .toList();
        if (!Owned.isDeleted(set)) {
            int wanted = set.at("/spec/replicas").asInt(1);
            for (int n = pods.size(); n < wanted; n++) {
                kube.create(pod(set));
            }
            pods.stream()
                    .sorted(leastMissedFirst())
                    .limit(Math.max(0, pods.size() - wanted))
                    .forEach(pod -> kube.delete("pods", Json.meta(pod, "namespace"), Json.meta(pod, "name")));
        }
        ObjectNode status = status(set, pods);
        if (!Json.same(set.path("status"), status)) {
            kube.updateStatus("replicasets.apps", Json.meta(set, "namespace"), Json.meta(set, "name"), now -> {
                now.set("status", status);
                return now;
            });
        }
    }

    /* As the real controller: what serves nobody yet goes first, then the youngest. */
    private static Comparator<ObjectNode> leastMissedFirst() {
        return Comparator.<ObjectNode, Boolean>comparing(
                        pod -> !Json.at(pod, "spec.nodeName").asText("").isEmpty())
                .thenComparing(pod -> Conditions.holds(pod, "Ready"))
                .thenComparing(Comparator.comparing((ObjectNode pod) -> Json.meta(pod, "creationTimestamp"))
                        .reversed())
                .thenComparing(Comparator.comparing((ObjectNode pod) -> Json.meta(pod, "name"))
                        .reversed());
    }

    private static ObjectNode pod(ObjectNode set) {
        JsonNode template = set.at("/spec/template");
        ObjectNode pod = Json.object().put("apiVersion", "v1").put("kind", "Pod");
        ObjectNode meta = Json.metadata(pod);
        meta.put("generateName", Json.meta(set, "name") + "-").put("namespace", Json.meta(set, "namespace"));
        Json.put(meta, "labels", template.at("/metadata/labels").deepCopy());
        Json.put(meta, "annotations", template.at("/metadata/annotations").deepCopy());
        Owned.claim(pod, set);
        pod.set("spec", template.path("spec").deepCopy());
        return pod;
    }

    private static ObjectNode status(ObjectNode set, List<ObjectNode> pods) {
        int ready = (int)
                pods.stream().filter(pod -> Conditions.holds(pod, "Ready")).count();
        ObjectNode status = Json.object()
                .put("observedGeneration", set.at("/metadata/generation").asLong())
                .put("replicas", pods.size());
        if (!pods.isEmpty()) {
            status.put("fullyLabeledReplicas", pods.size());
        }
        if (ready > 0) {
            status.put("readyReplicas", ready).put("availableReplicas", ready);
        }
        return status;
    }
}
