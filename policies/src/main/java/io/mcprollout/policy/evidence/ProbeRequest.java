package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request that the prober sent through the mesh and that the mesh therefore counted too.
 *
 * @param id distinguishes the requests of one controller process
 * @param slot version it was routed to
 * @param bad whether the mesh counts it as failed (HTTP status 5xx, or no answer); false while in flight
 * @param sent when its first byte was written
 * @param finished when its answer ended; null while it is in flight
 */
public record ProbeRequest(
        long id,
        Slot slot,
        boolean bad,
        Instant sent,
        @Nullable Instant finished) {}
