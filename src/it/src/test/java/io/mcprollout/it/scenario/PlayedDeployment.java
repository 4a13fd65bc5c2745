package io.mcprollout.it.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;

/** A Deployment whose pods are what it wants at once: one ReplicaSet of its template, all pods ready, none of another. */
final class PlayedDeployment {
    private final KubeApi api;
    private final String name;
    private final String uid;
    private final String image;
    private final int replicas;
    private final long generation;

    PlayedDeployment(KubeApi api, ObjectNode deployment) {
        this.api = api;
        this.name = deployment.at("/metadata/name").asText();
        this.uid = deployment.at("/metadata/uid").asText();
        this.image = deployment.at("/spec/template/spec/containers/0/image").asText();
        this.replicas = deployment.at("/spec/replicas").asInt();
        this.generation = deployment.at("/metadata/generation").asLong();
    }

    void play() {
        String set = name + "-" + image.replace(":", "");
        String owner = api.apply("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata:
                  name: %1$s
                  namespace: mcp-services
                  labels: {app: mcp, track: %2$s}
                  ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: %2$s, uid: %3$s, controller: true}]
                spec:
                  selector: {matchLabels: {app: mcp, track: %2$s, pod-template-hash: h}}
                  template:
                    metadata: {labels: {app: mcp, track: %2$s, pod-template-hash: h}}
                    spec: {containers: [{name: server, image: '%4$s'}]}
                """.formatted(set, name, uid, image))
                .getFirst()
                .at("/metadata/uid")
                .asText();
        for (ObjectNode pod : api.list("pods", LiveCluster.NAMESPACE, "track=" + name)) {
            String podName = pod.at("/metadata/name").asText();
            boolean wanted =
                    podName.startsWith(set + "-") && Integer.parseInt(podName.substring(set.length() + 1)) < replicas;
            if (!wanted) {
                api.delete("pods", LiveCluster.NAMESPACE, podName);
            }
        }
        for (int i = 0; i < replicas; i++) {
            api.apply("""
                    apiVersion: v1
                    kind: Pod
                    metadata:
                      name: %1$s-%5$d
                      namespace: mcp-services
                      labels: {app: mcp, track: %2$s}
                      ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: %1$s, uid: %3$s, controller: true}]
                    spec: {containers: [{name: server, image: '%4$s'}]}
                    status:
                      conditions: [{type: Ready, status: 'True'}]
                      containerStatuses: [{name: server, image: '%4$s', imageID: '%4$s', ready: true}]
                    """.formatted(set, name, owner, image, i));
        }
        api.updateStatus("deployments.apps", LiveCluster.NAMESPACE, name, now -> {
            now.putObject("status")
                    .put("observedGeneration", generation)
                    .put("replicas", replicas)
                    .put("updatedReplicas", replicas)
                    .put("readyReplicas", replicas);
            return now;
        });
    }
}
