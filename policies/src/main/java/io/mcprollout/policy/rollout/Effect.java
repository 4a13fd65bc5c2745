package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Slot;

/** Something to be done beside traffic; doing it twice is doing it once. */
public sealed interface Effect {
    /** Copies the pod template of one slot into the other. */
    record CopyTemplate(Slot from, Slot to) implements Effect {}

    /** Gives a slot's Deployment so many replicas; never fewer than 1. */
    record Scale(Slot slot, int replicas) implements Effect {
        public Scale {
            if (replicas < 1) {
                throw new IllegalArgumentException("replicas must be at least 1 but is " + replicas);
            }
        }
    }

    /**
     * Tells people of a transition.
     *
     * @param warning whether somebody should look
     * @param reason CamelCase, API
     * @param message one sentence
     */
    record Announce(boolean warning, String reason, String message) implements Effect {}
}
