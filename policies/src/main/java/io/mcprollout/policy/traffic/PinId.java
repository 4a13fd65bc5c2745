package io.mcprollout.policy.traffic;

/** One incarnation of a slot, such as {@code b-7}: what probes and sessions are bound to; never a template hash, which both slots may share. */
public record PinId(Slot slot, int incarnation) {
    public PinId {
        if (incarnation < 0) {
            throw new IllegalArgumentException("incarnation must not be negative but is " + incarnation);
        }
    }

    /** Reads {@code a-7}; refuses anything else. */
    public static PinId parse(String text) {
        int dash = text.indexOf('-');
        for (Slot slot : Slot.values()) {
            if (dash > 0 && slot.letter().equals(text.substring(0, dash))) {
                return new PinId(slot, Integer.parseInt(text.substring(dash + 1)));
            }
        }
        throw new IllegalArgumentException("a pin id looks like a-7 but this is " + text);
    }

    @Override
    public String toString() {
        return slot.letter() + "-" + incarnation;
    }
}
