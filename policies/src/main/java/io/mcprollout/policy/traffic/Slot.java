package io.mcprollout.policy.traffic;

import java.util.Locale;

/** One of the two Deployments; {@code A} is the one that was stable at first. Which slot is stable now is a role. */
public enum Slot {
    A,
    B;

    /** The other Deployment. */
    public Slot other() {
        return this == A ? B : A;
    }

    /** Letter used in pin ids: {@code a} or {@code b}. */
    public String letter() {
        return name().toLowerCase(Locale.ROOT);
    }
}
