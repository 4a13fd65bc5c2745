package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Slot;

/** Something to be done beside traffic; doing it twice is doing it once. */
public sealed interface Effect {
    /** Copies the pod template of one slot into the other. */
    record CopyTemplate(Slot from, Slot to) implements Effect {}

    /**
     * Tells people of a transition.
     *
     * @param warning whether somebody should look
     * @param reason CamelCase, API
     * @param message one sentence
     */
    record Announce(boolean warning, String reason, String message) implements Effect {}
}
