package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a Deployment's status says about these ReplicaSets, of which {@code fresh} carries the present template. */
record DeploymentStatus(ObjectNode deployment, List<ObjectNode> sets, String fresh, Instant now) {

    ObjectNode toJson() {
        int replicas = sum("/status/replicas");
        int available = sum("/status/availableReplicas");
        int updated = sets.stream()
                .filter(set -> Json.meta(set, "name").equals(fresh))
                .mapToInt(set -> set.at("/status/replicas").asInt())
                .sum();
        ObjectNode status = Json.object()
                .put("observedGeneration", deployment.at("/metadata/generation").asLong());
        count(status, "replicas", replicas);
        count(status, "updatedReplicas", updated);
        count(status, "readyReplicas", sum("/status/readyReplicas"));
        count(status, "availableReplicas", available);
        count(status, "unavailableReplicas", Math.max(0, Math.max(replicas, desired()) - available));
        status.set(
                "conditions",
                conditions(status, available, updated == desired() && replicas == updated && available >= desired())
                        .list());
        return status;
    }

    private Conditions conditions(ObjectNode status, int available, boolean complete) {
        Conditions conditions = new Conditions(deployment.path("status"), now);
        boolean enough = available
                >= desired()
                        - RollingUpdate.of(desired(), deployment.at("/spec/strategy/rollingUpdate"))
                                .unavailable();
        boolean moved = !sameCounts(status);
        conditions.set(
                "Available",
                enough,
                enough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
                "Deployment " + (enough ? "has" : "does not have") + " minimum availability.");
        if (moved || conditions.get("Progressing").path("lastUpdateTime").isMissingNode()) {
            conditions.touched("Available").touched("Progressing");
        }
        boolean late = !complete && isLate(conditions.get("Progressing"));
        conditions.set(
                "Progressing",
                !late,
                complete ? "NewReplicaSetAvailable" : late ? "ProgressDeadlineExceeded" : "ReplicaSetUpdated",
                "ReplicaSet \"" + fresh + "\" "
                        + (complete
                                ? "has successfully progressed."
                                : late ? "has timed out progressing." : "is progressing."));
        return conditions;
    }

    private boolean isLate(JsonNode progressing) {
        Duration deadline = Duration.ofSeconds(
                deployment.at("/spec/progressDeadlineSeconds").asLong(600));
        return Instant.parse(progressing.path("lastUpdateTime").asText())
                .plus(deadline)
                .isBefore(now);
    }

    private boolean sameCounts(ObjectNode status) {
        for (String name :
                List.of("observedGeneration", "replicas", "updatedReplicas", "readyReplicas", "availableReplicas")) {
            if (status.path(name).asLong()
                    != deployment.path("status").path(name).asLong()) {
                return false;
            }
        }
        return true;
    }

    private int desired() {
        return deployment.at("/spec/replicas").asInt(1);
    }

    private int sum(String path) {
        return sets.stream().mapToInt(set -> set.at(path).asInt()).sum();
    }

    /* A count of zero is left out, as the API's types do. */
    private static void count(ObjectNode status, String name, int value) {
        if (value != 0) {
            status.put(name, value);
        }
    }
}
