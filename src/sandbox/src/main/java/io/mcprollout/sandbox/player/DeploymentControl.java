package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Turns a Deployment's template into ReplicaSets, moves pods from old ones to the new one, and keeps the Deployment's status. */
final class DeploymentControl {

    private static final String REVISION = "deployment.kubernetes.io/revision";

    private final KubeApi kube;
    private final Clock clock;

    DeploymentControl(KubeApi kube, Clock clock) {
        this.kube = kube;
        this.clock = clock;
    }

    void reconcile(ObjectNode deployment, List<ObjectNode> allSets) {
        if (Owned.isDeleted(deployment)) {
            return;
        }
        List<ObjectNode> sets = new ArrayList<>(Owned.by(deployment, allSets));
        String hash = PodTemplates.hash(deployment.at("/spec/template"));
        String name = Json.meta(deployment, "name") + "-" + hash;
        Optional<ObjectNode> current = named(sets, name);
        boolean paused = deployment.at("/spec/paused").asBoolean(false);
        if (current.isEmpty() && !paused) {
            sets.add(kube.create(replicaSet(deployment, name, hash, sets)));
            current = named(sets, name);
        }
        if (current.isPresent() && !paused) {
            ObjectNode fresh = current.get();
            List<ObjectNode> old = sets.stream()
                    .filter(set -> !Json.meta(set, "name").equals(name))
                    .toList();
            makeNewest(deployment, fresh, old);
            resize(deployment, fresh, old);
            forget(deployment, old);
        }
        writeStatus(deployment, sets, name);
    }

    private static Optional<ObjectNode> named(List<ObjectNode> sets, String name) {
        return sets.stream().filter(set -> Json.meta(set, "name").equals(name)).findFirst();
    }

    private static ObjectNode replicaSet(ObjectNode deployment, String name, String hash, List<ObjectNode> sets) {
        ObjectNode set = Json.object().put("apiVersion", "apps/v1").put("kind", "ReplicaSet");
        ObjectNode meta = Json.metadata(set);
        meta.put("name", name).put("namespace", Json.meta(deployment, "namespace"));
        meta.putObject("annotations").put(REVISION, Long.toString(newest(sets) + 1));
        Owned.claim(set, deployment);
        ObjectNode spec = Json.child(set, "spec").put("replicas", 0);
        ObjectNode template = deployment.at("/spec/template").deepCopy();
        Json.child(Json.metadata(template), "labels").put(PodTemplates.HASH_LABEL, hash);
        ObjectNode selector = deployment.at("/spec/selector").deepCopy();
        Json.child(selector, "matchLabels").put(PodTemplates.HASH_LABEL, hash);
        meta.set("labels", template.at("/metadata/labels").deepCopy());
        spec.set("selector", selector);
        spec.set("template", template);
        return set;
    }

    private static long revision(JsonNode object) {
        return object.path("metadata").path("annotations").path(REVISION).asLong(0);
    }

    private static long newest(List<ObjectNode> sets) {
        return sets.stream().mapToLong(DeploymentControl::revision).max().orElse(0);
    }

    /* A template that comes back reuses its old set, which then becomes the newest revision. */
    private void makeNewest(ObjectNode deployment, ObjectNode fresh, List<ObjectNode> old) {
        long revision = Math.max(revision(fresh), newest(old) + (revision(fresh) > newest(old) ? 0 : 1));
        annotate("replicasets.apps", fresh, revision);
        annotate("deployments.apps", deployment, revision);
    }

    private void annotate(String resource, ObjectNode object, long revision) {
        if (revision(object) != revision) {
            kube.update(resource, Json.meta(object, "namespace"), Json.meta(object, "name"), now -> {
                Json.child(Json.metadata(now), "annotations").put(REVISION, Long.toString(revision));
                return now;
            });
        }
    }

    private void resize(ObjectNode deployment, ObjectNode fresh, List<ObjectNode> old) {
        int desired = deployment.at("/spec/replicas").asInt(1);
        JsonNode strategy = deployment.at("/spec/strategy");
        List<RollingUpdate.Sized> next;
        if (strategy.path("type").asText().equals("Recreate")) {
            boolean oldAlive =
                    old.stream().anyMatch(set -> set.at("/status/replicas").asInt() > 0);
            next = new ArrayList<>();
            old.forEach(set -> next.add(sized(set).resized(0)));
            next.add(sized(fresh).resized(oldAlive ? 0 : desired));
        } else {
            next = RollingUpdate.of(desired, strategy.path("rollingUpdate"))
                    .next(
                            sized(fresh),
                            old.stream().map(DeploymentControl::sized).toList());
        }
        String namespace = Json.meta(deployment, "namespace");
        for (RollingUpdate.Sized set : next) {
            kube.update("replicasets.apps", namespace, set.name(), now -> {
                Json.child(now, "spec").put("replicas", set.replicas());
                return now;
            });
        }
    }

    private static RollingUpdate.Sized sized(ObjectNode set) {
        return new RollingUpdate.Sized(
                Json.meta(set, "name"),
                set.at("/spec/replicas").asInt(),
                set.at("/status/availableReplicas").asInt());
    }

    private void forget(ObjectNode deployment, List<ObjectNode> old) {
        int kept = deployment.at("/spec/revisionHistoryLimit").asInt(10);
        old.stream()
                .filter(set -> set.at("/spec/replicas").asInt() == 0
                        && set.at("/status/replicas").asInt() == 0)
                .sorted(Comparator.comparingLong(DeploymentControl::revision).reversed())
                .skip(kept)
                .forEach(set -> kube.delete("replicasets.apps", Json.meta(set, "namespace"), Json.meta(set, "name")));
    }

    private void writeStatus(ObjectNode deployment, List<ObjectNode> sets, String fresh) {
        ObjectNode status = new DeploymentStatus(deployment, sets, fresh, clock.instant()).toJson();
        if (!Json.same(deployment.path("status"), status)) {
            kube.updateStatus(
                    "deployments.apps", Json.meta(deployment, "namespace"), Json.meta(deployment, "name"), now -> {
                        now.set("status", status);
                        return now;
                    });
        }
    }
}
