package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * What a node says for its pods.
 *
 * @param trouble what is wrong with it now, as the end of a sentence; empty when nothing is
 * @param down whether what is wrong ends containers
 * @param since when its readiness changed last
 */
record NodeView(Optional<String> trouble, boolean down, Instant since) {
    /** Well, or not to be looked at: no excuse for anything. */
    static final NodeView WELL = new NodeView(Optional.empty(), false, Instant.EPOCH);

    /** A node that no longer exists. */
    static final NodeView GONE = new NodeView(Optional.of("is gone"), true, Instant.EPOCH);

    /** Reads a Node, raw JSON. */
    static NodeView of(JsonNode node) {
        boolean cordoned = node.path("spec").path("unschedulable").asBoolean();
        boolean ready = true;
        Instant since = Instant.EPOCH;
        for (JsonNode condition : node.path("status").path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                ready = condition.path("status").asText().equals("True");
                since = PodFacts.instant(condition.path("lastTransitionTime")).orElse(since);
            }
        }
        Optional<String> trouble =
                !ready ? Optional.of("is not ready") : cordoned ? Optional.of("is cordoned") : Optional.empty();
        return new NodeView(trouble, !ready, since);
    }

    /*
     * A machine that restarts kills its containers first and reports ready last: what ended before that ended with it. A cordon ends
     * nothing.
     */
    /** Whether the node was down when a container on it ended at {@code at}, or went down right then. */
    boolean endedWithIt(Instant at) {
        return down || !since.isBefore(at);
    }
}
