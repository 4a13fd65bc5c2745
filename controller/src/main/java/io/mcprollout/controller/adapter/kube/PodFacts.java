package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.rollout.SlotView.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** What happened to one pod: evidence against its version, or the weather. Pods are raw JSON. */
final class PodFacts {
    private static final Duration READINESS_MAY_FLICKER = Duration.ofSeconds(10);
    private static final Set<String> NO_IMAGE = Set.of(
            "ImagePullBackOff",
            "ErrImagePull",
            "InvalidImageName",
            "ImageInspectError",
            "ErrImageNeverPull",
            "RegistryUnavailable");
    private static final Set<String> NOT_CREATED =
            Set.of("CreateContainerConfigError", "CreateContainerError", "PreCreateHookError");
    /* What the kubelet says of a container that it did not see end, such as after a restart of its machine. */
    private static final String LOST_CONTAINER = "ContainerStatusUnknown";
    private static final Set<String> DISRUPTIONS =
            Set.of("Evicted", "Preempting", "NodeLost", "NodeShutdown", "Terminated", "NodeAffinity");

    private final JsonNode pod;
    private final Instant now;
    private final BiFunction<String, Instant, NodeView> nodes;
    private final List<Fact> facts = new ArrayList<>();

    private PodFacts(JsonNode pod, Instant now, BiFunction<String, Instant, NodeView> nodes) {
        this.pod = pod;
        this.now = now;
        this.nodes = nodes;
    }

    /**
     * Everything that happened to a pod and still shows.
     *
     * @param nodes a node by its name, as it matters to something that happened then
     */
    static List<Fact> of(JsonNode pod, Instant now, BiFunction<String, Instant, NodeView> nodes) {
        PodFacts facts = new PodFacts(pod, now, nodes);
        if (!facts.disrupted()) {
            facts.unscheduled();
            facts.containers();
            facts.readinessLost();
        }
        return List.copyOf(facts.facts);
    }

    /** Whether it is ready to serve. */
    static boolean isReady(JsonNode pod) {
        return condition(pod, "Ready").path("status").asText().equals("True");
    }

    /** Whether none of its containers will ever run again. */
    static boolean hasEnded(JsonNode pod) {
        String phase = pod.path("status").path("phase").asText();
        return phase.equals("Failed") || phase.equals("Succeeded");
    }

    /* What a disrupted pod does afterwards (its containers are killed, it is not ready) says nothing about its version. */
    private boolean disrupted() {
        JsonNode target = condition(pod, "DisruptionTarget");
        if (target.path("status").asText().equals("True")) {
            String why = target.path("message").asText(target.path("reason").asText());
            add(Kind.DISRUPTED, "is disrupted: " + why, target.path("lastTransitionTime"));
            return true;
        }
        String reason = pod.path("status").path("reason").asText();
        if (pod.path("status").path("phase").asText().equals("Failed") && DISRUPTIONS.contains(reason)) {
            add(
                    Kind.DISRUPTED,
                    "was ended by its node: " + reason,
                    pod.path("status").path("startTime"));
            return true;
        }
        JsonNode deletion = pod.path("metadata").path("deletionTimestamp");
        if (deletion.isTextual()) {
            add(Kind.DISRUPTED, "is being deleted", deletion);
            return true;
        }
        return false;
    }

    private void unscheduled() {
        JsonNode scheduled = condition(pod, "PodScheduled");
        if (scheduled.path("status").asText().equals("False")) {
            add(
                    Kind.UNSCHEDULABLE,
                    "has no node: " + scheduled.path("message").asText("no reason given"),
                    scheduled.path("lastTransitionTime"));
        }
    }

    private void containers() {
        for (String list : List.of("initContainerStatuses", "containerStatuses")) {
            for (JsonNode container : pod.path("status").path(list)) {
                waiting(container);
                JsonNode ended = container.path("state").path("terminated");
                ended(
                        container,
                        ended.isObject() ? ended : container.path("lastState").path("terminated"));
            }
        }
    }

    private void waiting(JsonNode container) {
        JsonNode waiting = container.path("state").path("waiting");
        String reason = waiting.path("reason").asText();
        String what = "container " + container.path("name").asText() + " waits: " + reason;
        String detail = waiting.path("message").asText();
        JsonNode since = pod.path("metadata").path("creationTimestamp");
        if (reason.equals("CrashLoopBackOff")) {
            JsonNode ended = container.path("lastState").path("terminated").path("finishedAt");
            add(Kind.CRASH_LOOP, what + restarts(container), ended.isTextual() ? ended : since);
        } else if (NO_IMAGE.contains(reason)) {
            add(Kind.IMAGE_PULL, what + (detail.isEmpty() ? "" : " (" + detail + ")"), since);
        } else if (NOT_CREATED.contains(reason)) {
            add(Kind.REFUSED, what + (detail.isEmpty() ? "" : " (" + detail + ")"), since);
        }
    }

    private void ended(JsonNode container, JsonNode ended) {
        String name = "container " + container.path("name").asText();
        String reason = ended.path("reason").asText();
        int code = ended.path("exitCode").asInt();
        if (code == 0 && !reason.equals("OOMKilled")) {
            return;
        }
        Instant at = instant(ended.path("finishedAt")).orElse(now);
        if (reason.equals(LOST_CONTAINER) || node(at).endedWithIt(at)) {
            add(Kind.NODE_TROUBLE, name + " ended with its node " + nodeName(), ended.path("finishedAt"));
        } else if (reason.equals("OOMKilled")) {
            add(Kind.OOM_KILLED, name + " was killed for its memory" + restarts(container), ended.path("finishedAt"));
        } else {
            add(Kind.CRASHED, name + " exited with code " + code + restarts(container), ended.path("finishedAt"));
        }
    }

    private String nodeName() {
        return pod.path("spec").path("nodeName").asText();
    }

    private NodeView node(Instant happened) {
        return nodeName().isEmpty() ? NodeView.WELL : nodes.apply(nodeName(), happened);
    }

    private static String restarts(JsonNode container) {
        int count = container.path("restartCount").asInt();
        return count == 0 ? "" : " (" + count + (count == 1 ? " restart)" : " restarts)");
    }

    /*
     * A pod that never was ready is not ready since before its containers ran; one that lost readiness, since later. So no memory of
     * what was seen is needed, which a restart of the controller would lose.
     */
    private void readinessLost() {
        JsonNode ready = condition(pod, "Ready");
        Optional<Instant> since = instant(ready.path("lastTransitionTime"));
        if (!ready.path("status").asText().equals("False") || since.isEmpty() || !wasReadyBefore(since.get())) {
            return;
        }
        Optional<String> trouble = node(since.get()).trouble();
        if (trouble.isPresent()) {
            add(
                    Kind.NODE_TROUBLE,
                    "is on node " + nodeName() + ", which " + trouble.get(),
                    ready.path("lastTransitionTime"));
        } else if (Duration.between(since.get(), now).compareTo(READINESS_MAY_FLICKER) > 0) {
            add(Kind.READINESS_LOST, "has not been ready since " + since.get(), ready.path("lastTransitionTime"));
        }
    }

    private boolean wasReadyBefore(Instant since) {
        JsonNode containers = pod.path("status").path("containerStatuses");
        for (JsonNode container : containers) {
            Optional<Instant> started =
                    instant(container.path("state").path("running").path("startedAt"));
            if (started.isEmpty() || !since.isAfter(started.get())) {
                return false;
            }
        }
        return !containers.isEmpty();
    }

    private void add(Kind kind, String detail, JsonNode at) {
        facts.add(new Fact(
                kind,
                pod.path("metadata").path("name").asText(),
                detail,
                instant(at).orElse(now)));
    }

    private static JsonNode condition(JsonNode object, String type) {
        for (JsonNode condition : object.path("status").path("conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return Json.MAPPER.missingNode();
    }

    /** The instant that a text names; empty when it names none. */
    static Optional<Instant> instant(JsonNode text) {
        try {
            return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
