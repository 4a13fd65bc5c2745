package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Slot;

/** Good and bad requests of both slots; differences of counts, so they may be negative. */
record Counts(long aOk, long aBad, long bOk, long bBad) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    /** This many of one kind. */
    static Counts of(Slot slot, boolean bad, long count) {
        return new Counts(
                slot == Slot.A && !bad ? count : 0,
                slot == Slot.A && bad ? count : 0,
                slot == Slot.B && !bad ? count : 0,
                slot == Slot.B && bad ? count : 0);
    }

    /** Sum of each. */
    Counts plus(Counts other) {
        return new Counts(
                Math.addExact(aOk, other.aOk),
                Math.addExact(aBad, other.aBad),
                Math.addExact(bOk, other.bOk),
                Math.addExact(bBad, other.bBad));
    }

    /** Difference of each. */
    Counts minus(Counts other) {
        return plus(new Counts(-other.aOk, -other.aBad, -other.bOk, -other.bBad));
    }

    /** Good ones of one slot. */
    long ok(Slot slot) {
        return slot == Slot.A ? aOk : bOk;
    }

    /** Bad ones of one slot. */
    long bad(Slot slot) {
        return slot == Slot.A ? aBad : bBad;
    }

    /** All of one slot. */
    long total(Slot slot) {
        return Math.addExact(ok(slot), bad(slot));
    }

    /** Least of the four. */
    long least() {
        return Math.min(Math.min(aOk, aBad), Math.min(bOk, bBad));
    }

    /** Largest of the four. */
    long most() {
        return Math.max(Math.max(aOk, aBad), Math.max(bOk, bBad));
    }

    /** Appends all four. */
    void write(StateWriter out) {
        out.counts(aOk, aBad, bOk, bBad);
    }

    /** Reads what {@link #write} appended. */
    static Counts read(StateReader in) throws UnreadableState {
        long[] counts = in.counts(4);
        return new Counts(counts[0], counts[1], counts[2], counts[3]);
    }
}
