package io.mcprollout.simulation;

/**
 * How one simulated rollout ended.
 *
 * @param outcome at the horizon
 * @param seconds from the start to the rollback or promotion; to the horizon when neither came
 * @param sinceOnset seconds from when the new version went wrong to the rollback; NaN when either never came
 * @param badToUsers failed answers of the new version to users until the horizon, after a promotion too
 * @param candidateRequests answers of the new version to users between going wrong and the rollback
 * @param percent share of the new version when it was decided
 */
public record Result(
        Outcome outcome, double seconds, double sinceOnset, long badToUsers, long candidateRequests, int percent) {
    /** What became of a rollout. */
    public enum Outcome {
        PROMOTED,
        /** Condemned; traffic that returns only until pods are ready again does not end a rollout. */
        ROLLED_BACK,
        /** Neither within the horizon: it waits for evidence or a person. */
        UNDECIDED
    }
}
