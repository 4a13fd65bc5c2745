package io.mcprollout.policy.rollout;

/** Why a rollout went back; its name is a condition reason and thereby API. */
public enum Cause {
    /** The evidence shows the candidate to be worse. */
    CanaryWorse(true),
    /** Pods of the candidate crashed. */
    CanaryCrashed(true),
    /** Somebody ordered it. */
    Aborted(true),
    /** Somebody lowered the candidate's share by hand. */
    LoweredByHand(true),
    /** A step's deadline passed without a verdict, and the policy says to go back. */
    Inconclusive(true),
    /** Nobody approved the next step in time. */
    NotApproved(true),
    /** Somebody ordered it after the promotion. */
    Undone(true),
    /** What was promoted cannot be taken back: the version before it is not to be had. */
    UndoImpossible(false),
    /** A newer template came. */
    Superseded(false),
    /** The stable version changed under the comparison. */
    StableChanged(false),
    /** No pod of the candidate is ready, for a reason that is not its own. */
    CanaryDisrupted(false),
    /** Answers were worse while the candidate had too few pods for its share. */
    CanaryUndersized(false),
    /** A controller took the traffic back and could not save why. */
    TakenBack(false),
    /** The McpRollout is being deleted. */
    Deleted(false);

    private final boolean condemns;

    Cause(boolean condemns) {
        this.condemns = condemns;
    }

    /** Whether the same attempt goes on by itself when what was in its way has passed. */
    public boolean blocks() {
        return this == CanaryDisrupted || this == CanaryUndersized || this == TakenBack;
    }

    /** Whether the revision may not be rolled out again until somebody names it in a retry. */
    public boolean condemns() {
        return condemns;
    }
}
