package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.policy.evidence.PinTest.Way;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A session that a version minted and that is still open.
 *
 * @param pin incarnation that minted it
 * @param id as the gateway let it through
 * @param protocol version that was agreed on
 * @param way by which its requests are known; empty: the id carries no tag
 * @param begun when it was minted
 * @param session by which it can be ended
 */
record Minted(PinId pin, String id, String protocol, Optional<Way> way, Instant begun, McpSession session) {
    /** With what the gateway's script begins ids. */
    static final String MARK = "mcpro1.";

    /* A client whose answer names no incarnation gets the server's own tag alone, so that one is what tells sessions apart. */
    /** By what an id is known where servers begin theirs with one of these tags. */
    static Optional<Way> way(String id, Set<String> tags) {
        boolean isMarked = id.startsWith(MARK);
        String own = isMarked ? id.substring(id.indexOf(TrafficPlan.TAG_END) + 1) : id;
        if (tags.stream().anyMatch(tag -> own.startsWith(tag + TrafficPlan.TAG_END))) {
            return Optional.of(Way.SERVER_MINTED);
        }
        return isMarked ? Optional.of(Way.GATEWAY) : Optional.empty();
    }
}
