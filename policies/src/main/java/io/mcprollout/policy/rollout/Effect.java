package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.Optional;

/** Something to be done beside traffic; doing it twice is doing it once. */
public sealed interface Effect {
    /**
     * Copies the pod template of one slot into the other.
     *
     * @param revision that is copied; nothing is when the slot has another by then
     */
    record CopyTemplate(Slot from, Slot to, Revision revision) implements Effect {}

    /**
     * Puts the template that a slot had before back into a slot, from the ReplicaSet that still holds it.
     *
     * @param from slot whose ReplicaSets are searched
     * @param to slot that gets it
     * @param revision to be put back
     * @param over what the slot has until then; nothing is put over anything else; empty when it has nothing
     */
    record RestoreTemplate(Slot from, Slot to, Revision revision, Optional<Revision> over) implements Effect {}

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
