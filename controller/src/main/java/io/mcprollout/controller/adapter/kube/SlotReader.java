package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.GitMarks;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import io.mcprollout.policy.rollout.SlotView.Scaler;
import io.mcprollout.policy.traffic.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** What a Deployment, its ReplicaSets and its pods, all raw JSON, say about a slot. */
final class SlotReader {
    /* A pod that was evicted stays for people to read; it is replaced at once, and no longer any news. */
    private static final Duration NEWS = Duration.ofMinutes(1);

    private SlotReader() {}

    /** What the Deployment alone says: enough while nothing is rolled out. */
    static SlotView coarse(JsonNode deployment, Revision revision, Instant now) {
        JsonNode status = deployment.path("status");
        int updated = status.path("updatedReplicas").asInt();
        return new SlotView(
                name(deployment),
                Optional.of(revision),
                isObserved(deployment),
                wanted(deployment),
                updated,
                Math.min(status.path("readyReplicas").asInt(), updated),
                status.path("replicas").asInt() > updated,
                1,
                isGitManaged(deployment),
                refusals(deployment, now),
                Optional.empty());
    }

    /**
     * What its pods say, too.
     *
     * @param replicaSets all that may be its own
     * @param pods all that its selector finds
     * @param nodes a node by its name, as it matters to something that happened then
     * @param scaler who else sets its replicas
     */
    static SlotView fine(
            JsonNode deployment,
            List<JsonNode> replicaSets,
            List<JsonNode> pods,
            Revision revision,
            Instant now,
            BiFunction<String, Instant, NodeView> nodes,
            Optional<Scaler> scaler) {
        Optional<String> newest = newest(deployment, replicaSets);
        int updated = 0;
        int ready = 0;
        boolean othersServing = false;
        List<Fact> facts = new ArrayList<>(refusals(deployment, now));
        Map<String, Set<String>> images = new HashMap<>();
        Set<String> tags = new HashSet<>();
        for (JsonNode pod : pods) {
            String tag = pod.at("/metadata/labels/pod-template-hash").asText();
            if (!tag.isEmpty() && !PodFacts.hasEnded(pod)) {
                tags.add(tag);
            }
            boolean own = newest.isPresent() && owner(pod).equals(newest.get());
            boolean leaving = pod.path("metadata").path("deletionTimestamp").isTextual();
            if (!own) {
                othersServing |= PodFacts.isReady(pod);
                continue;
            }
            boolean ended = PodFacts.hasEnded(pod);
            PodFacts.of(pod, now, nodes).stream()
                    .filter(fact -> !ended || !fact.at().plus(NEWS).isBefore(now))
                    .forEach(facts::add);
            if (!leaving && !ended) {
                updated++;
                ready += PodFacts.isReady(pod) ? 1 : 0;
                images(pod, images);
            }
        }
        return new SlotView(
                name(deployment),
                Optional.of(revision),
                isObserved(deployment),
                wanted(deployment),
                updated,
                ready,
                othersServing,
                images.values().stream().mapToInt(Set::size).max().orElse(0),
                isGitManaged(deployment),
                facts,
                scaler,
                tags);
    }

    /* As the deployment controller finds it: the template is the same but for the hash label it adds itself. */
    private static Optional<String> newest(JsonNode deployment, List<JsonNode> replicaSets) {
        String uid = deployment.path("metadata").path("uid").asText();
        JsonNode template = withoutHash(deployment.path("spec").path("template"));
        return replicaSets.stream()
                .filter(set -> owner(set).equals(uid)
                        && withoutHash(set.path("spec").path("template")).equals(template))
                .map(set -> set.path("metadata").path("uid").asText())
                .findFirst();
    }

    private static JsonNode withoutHash(JsonNode template) {
        JsonNode copy = template.deepCopy();
        if (copy.path("metadata").path("labels") instanceof ObjectNode labels) {
            labels.remove("pod-template-hash");
        }
        return copy;
    }

    private static String owner(JsonNode object) {
        for (JsonNode owner : object.path("metadata").path("ownerReferences")) {
            if (owner.path("controller").asBoolean()) {
                return owner.path("uid").asText();
            }
        }
        return "";
    }

    private static void images(JsonNode pod, Map<String, Set<String>> images) {
        for (JsonNode container : pod.path("status").path("containerStatuses")) {
            String id = container.path("imageID").asText();
            if (!id.isEmpty()) {
                images.computeIfAbsent(container.path("name").asText(), name -> new HashSet<>())
                        .add(id);
            }
        }
    }

    private static List<Fact> refusals(JsonNode deployment, Instant now) {
        List<Fact> facts = new ArrayList<>();
        for (JsonNode condition : deployment.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("ReplicaFailure")
                    && condition.path("status").asText().equals("True")) {
                facts.add(new Fact(
                        Kind.REFUSED,
                        name(deployment),
                        "gets no pod: " + condition.path("message").asText(),
                        PodFacts.instant(condition.path("lastTransitionTime")).orElse(now)));
            }
        }
        return facts;
    }

    private static boolean isObserved(JsonNode deployment) {
        return deployment.path("status").path("observedGeneration").asLong()
                >= deployment.path("metadata").path("generation").asLong();
    }

    private static int wanted(JsonNode deployment) {
        return deployment.path("spec").path("replicas").asInt(1);
    }

    private static String name(JsonNode deployment) {
        return deployment.path("metadata").path("name").asText().intern();
    }

    private static boolean isGitManaged(JsonNode deployment) {
        JsonNode metadata = deployment.path("metadata");
        return GitMarks.of(
                        metadata.path("annotations").fieldNames(),
                        metadata.path("labels").fieldNames())
                .isManaged();
    }
}
