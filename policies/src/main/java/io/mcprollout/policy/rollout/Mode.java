package io.mcprollout.policy.rollout;

/** What the user lets the controller do. */
public enum Mode {
    /** Everything. */
    Active,
    /** Go back, but not on. */
    Paused
}
