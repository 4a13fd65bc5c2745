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
import java.util.function.Function;

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
    private static final Set<String> DISRUPTIONS =
            Set.of("Evicted", "Preempting", "NodeLost", "NodeShutdown", "Terminated", "NodeAffinity");

    private final JsonNode pod;
    private final Instant now;
    private final List<Fact> facts = new ArrayList<>();

    private PodFacts(JsonNode pod, Instant now) {
        this.pod = pod;
        this.now = now;
    }

    /**
     * Everything that happened to a pod and still shows.
     *
     * @param nodeTrouble why a node is to blame for its pods, by its name; empty when it is well or nobody knows
     */
    static List<Fact> of(JsonNode pod, Instant now, Function<String, Optional<String>> nodeTrouble) {
        PodFacts facts = new PodFacts(pod, now);
        if (!facts.disrupted()) {
            facts.unscheduled();
            facts.containers();
            facts.readinessLost(nodeTrouble);
        }
        return List.copyOf(facts.facts);
    }

    /** Whether it is ready to serve. */
    static boolean isReady(JsonNode pod) {
        return condition(pod, "Ready").path("status").asText().equals("True");
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
        if (ended.path("reason").asText().equals("OOMKilled")) {
            add(Kind.OOM_KILLED, name + " was killed for its memory" + restarts(container), ended.path("finishedAt"));
        } else if (ended.path("exitCode").asInt() != 0) {
            add(
                    Kind.CRASHED,
                    name + " exited with code " + ended.path("exitCode").asInt() + restarts(container),
                    ended.path("finishedAt"));
        }
    }

    private static String restarts(JsonNode container) {
        int count = container.path("restartCount").asInt();
        return count == 0 ? "" : " (" + count + (count == 1 ? " restart)" : " restarts)");
    }

    /*
     * A pod that never was ready is not ready since before its containers ran; one that lost readiness, since later. So no memory of
     * what was seen is needed, which a restart of the controller would lose.
     */
    private void readinessLost(Function<String, Optional<String>> nodeTrouble) {
        JsonNode ready = condition(pod, "Ready");
        Optional<Instant> since = instant(ready.path("lastTransitionTime"));
        if (!ready.path("status").asText().equals("False")
                || since.isEmpty()
                || Duration.between(since.get(), now).compareTo(READINESS_MAY_FLICKER) <= 0
                || !wasReadyBefore(since.get())) {
            return;
        }
        String node = pod.path("spec").path("nodeName").asText();
        Optional<String> trouble = node.isEmpty() ? Optional.empty() : nodeTrouble.apply(node);
        if (trouble.isPresent()) {
            add(Kind.NODE_TROUBLE, "is on node " + node + ", which " + trouble.get(), ready.path("lastTransitionTime"));
        } else {
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

    private static Optional<Instant> instant(JsonNode text) {
        try {
            return text.isTextual() ? Optional.of(Instant.parse(text.asText())) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
