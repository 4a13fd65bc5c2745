package io.mcprollout.sandbox.agent;

import java.util.Map;

/**
 * What the agents have seen since their start, at one moment. {@code failedByCanaryFault} ≤ {@code failed}; lateness is how long after its due
 * time a call was sent, took is how long calls needed, both in milliseconds at the 99th percentile (and the median).
 */
public record LoadCounts(
        long ok,
        long failed,
        long failedByCanaryFault,
        long pending,
        Map<Failure, Long> failures,
        Map<String, Answers> byVariant,
        double latenessP99Ms,
        double tookMedianMs,
        double tookP99Ms)
        implements CallCounts {

    /** Calls that one variant answered. */
    public record Answers(long ok, long failed) {
        Answers plus(boolean good) {
            return good ? new Answers(ok + 1, failed) : new Answers(ok, failed + 1);
        }
    }

    /** Copies the maps. */
    public LoadCounts {
        failures = Map.copyOf(failures);
        byVariant = Map.copyOf(byVariant);
    }

    @Override
    public long calls() {
        return ok + failed;
    }
}
