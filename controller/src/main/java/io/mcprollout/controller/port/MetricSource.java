package io.mcprollout.controller.port;

import io.mcprollout.policy.evidence.Reading;
import java.time.Instant;
import java.util.List;

/** Reads the mesh's raw counters, and remembers the readings until it is asked. */
public interface MetricSource {
    /** Reads exactly these from now on; idempotent; an empty list stops. */
    void pace(RolloutKey rollout, List<MeshOrder> orders);

    /** The readings made since the last call, oldest first; none when none was due. */
    List<Reading> drain(RolloutKey rollout, Instant now);
}
