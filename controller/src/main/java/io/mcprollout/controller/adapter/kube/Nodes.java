package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Whether nodes are to blame for their pods. Asked for by name, and only when a pod has lost readiness. */
final class Nodes {
    private static final Duration KEPT = Duration.ofSeconds(5);

    private final PromptClient api;
    private final Clock clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(Instant at, Optional<String> trouble) {}

    Nodes(PromptClient api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    /** What is wrong with a node, as the end of a sentence; empty when it is well or may not be looked at. */
    Optional<String> trouble(String node) {
        Instant now = clock.instant();
        Seen known = seen.get(node);
        if (known == null || Duration.between(known.at(), now).compareTo(KEPT) > 0) {
            known = new Seen(now, read(node));
            seen.put(node, known);
        }
        return known.trouble();
    }

    private Optional<String> read(String name) {
        try {
            GenericKubernetesResource node = api.of(Kinds.NODE).withName(name).get();
            return node == null ? Optional.of("is gone") : trouble(Json.tree(node));
        } catch (KubernetesClientException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> trouble(JsonNode node) {
        if (node.path("spec").path("unschedulable").asBoolean()) {
            return Optional.of("is cordoned");
        }
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")
                    && !condition.path("status").asText().equals("True")) {
                return Optional.of("is not ready");
            }
        }
        return Optional.empty();
    }
}
