package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Whether nodes are to blame for their pods. Asked for by name, and only when a pod is in trouble. */
final class Nodes {
    private static final Duration FRESH = Duration.ofSeconds(5);
    private static final Duration LONG_AGO = Duration.ofMinutes(2);

    private final PromptClient api;
    private final Clock clock;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(Instant at, NodeView node) {}

    Nodes(PromptClient api, Clock clock) {
        this.api = api;
        this.clock = clock;
    }

    /** A node as it is now; for what happened long ago, as it was seen minutes ago. A node that may not be looked at is well. */
    NodeView look(String name, Instant happened) {
        Instant now = clock.instant();
        Duration kept = Duration.between(happened, now).compareTo(LONG_AGO) > 0 ? LONG_AGO : FRESH;
        Seen known = seen.get(name);
        if (known == null || Duration.between(known.at(), now).compareTo(kept) > 0) {
            known = new Seen(now, read(name));
            seen.put(name, known);
        }
        return known.node();
    }

    private NodeView read(String name) {
        try {
            GenericKubernetesResource node = api.of(Kinds.NODE).withName(name).get();
            return node == null ? NodeView.GONE : NodeView.of(Json.tree(node));
        } catch (KubernetesClientException e) {
            return NodeView.WELL;
        }
    }
}
