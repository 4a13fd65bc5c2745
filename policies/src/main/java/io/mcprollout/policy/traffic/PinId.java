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
        for (Slot slot : Slot.values()) {
            String prefix = slot.letter() + "-";
            if (text.matches(prefix + "[0-9]{1,9}")) {
                return new PinId(slot, Integer.parseInt(text.substring(prefix.length())));
            }
        }
        throw new IllegalArgumentException("a pin id looks like a-7 but this is " + text);
    }

    @Override
    public String toString() {
        return slot.letter() + "-" + incarnation;
    }
}
