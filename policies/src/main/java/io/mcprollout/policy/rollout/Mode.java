package io.mcprollout.policy.rollout;

/** What the user lets the controller do. */
public enum Mode {
    /** Everything. */
    Active,
    /** Go back, but not on. */
    Paused,
    /** Decide and say so, but write nothing. */
    Observe,
    /** Nothing: neither go on nor back, nor keep the routes as they are; later they are adopted anew. */
    Unmanaged;

    /** Whether routes and Deployments may be written at all. */
    public boolean writes() {
        return this == Active || this == Paused;
    }
}
