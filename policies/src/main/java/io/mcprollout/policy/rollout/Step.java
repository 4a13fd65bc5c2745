package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.Optional;

/**
 * One share of traffic and the least time it is held.
 *
 * @param approval how long a person's approval is awaited before the step is entered; empty when none is needed
 */
public record Step(Weight weight, Duration hold, Optional<Duration> approval) {
    /** A step that is entered without anybody's approval. */
    public static Step of(Weight weight, Duration hold) {
        return new Step(weight, hold, Optional.empty());
    }
}
