package io.mcprollout.policy.traffic;

/** How new sessions are shared between the stable slot and the candidate; stable's share is derived, so the two cannot disagree. */
public record Split(Slot stable, Weight candidate) {
    /** Everything to the stable slot. */
    public static Split allStable(Slot stable) {
        return new Split(stable, Weight.NONE);
    }

    /** Share of one slot. */
    public Weight share(Slot slot) {
        return slot == stable ? candidate.rest() : candidate;
    }

    @Override
    public String toString() {
        return candidate.rest().percent() + "/" + candidate.percent();
    }
}
