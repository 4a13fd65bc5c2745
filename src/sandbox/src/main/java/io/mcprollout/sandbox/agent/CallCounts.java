package io.mcprollout.sandbox.agent;

/** How many calls of agents ended, and how; {@code failedByCanaryFault} ≤ {@code failed} ≤ {@code calls}. */
public interface CallCounts {

    /** Calls that have ended. */
    long calls();

    /** Those without a right answer. */
    long failed();

    /** Failed calls that the new version's own fault made fail. */
    long failedByCanaryFault();
}
