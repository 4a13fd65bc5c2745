package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Slot;

/**
 * Good and bad requests of both slots, and such as may be either; differences of counts, so they may be negative.
 *
 * @param aEither requests to slot a of which nobody knows whether they are good or bad
 * @param bEither the same of slot b
 */
record Counts(long aOk, long aBad, long aEither, long bOk, long bBad, long bEither) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    /** This many of one kind. */
    static Counts of(Slot slot, boolean bad, long count) {
        return of(slot, bad ? 0 : count, bad ? count : 0, 0);
    }

    /** These of one slot. */
    static Counts of(Slot slot, long ok, long bad, long either) {
        return slot == Slot.A ? new Counts(ok, bad, either, 0, 0, 0) : new Counts(0, 0, 0, ok, bad, either);
    }

    /** Sum of each. */
    Counts plus(Counts other) {
        if (isNone() || other.isNone()) {
            return isNone() ? other : this;
        }
        return new Counts(
                Math.addExact(aOk, other.aOk),
                Math.addExact(aBad, other.aBad),
                Math.addExact(aEither, other.aEither),
                Math.addExact(bOk, other.bOk),
                Math.addExact(bBad, other.bBad),
                Math.addExact(bEither, other.bEither));
    }

    /** Difference of each. */
    Counts minus(Counts other) {
        return new Counts(
                Math.subtractExact(aOk, other.aOk),
                Math.subtractExact(aBad, other.aBad),
                Math.subtractExact(aEither, other.aEither),
                Math.subtractExact(bOk, other.bOk),
                Math.subtractExact(bBad, other.bBad),
                Math.subtractExact(bEither, other.bEither));
    }

    /** Good ones of one slot. */
    long ok(Slot slot) {
        return slot == Slot.A ? aOk : bOk;
    }

    /** Bad ones of one slot. */
    long bad(Slot slot) {
        return slot == Slot.A ? aBad : bBad;
    }

    /** Those of one slot that may be either. */
    long either(Slot slot) {
        return slot == Slot.A ? aEither : bEither;
    }

    /** All of one slot. */
    long total(Slot slot) {
        return Math.addExact(Math.addExact(ok(slot), bad(slot)), either(slot));
    }

    private boolean isNone() {
        return isNone(Slot.A) && isNone(Slot.B);
    }

    /** Whether there is nothing of one slot. */
    boolean isNone(Slot slot) {
        return ok(slot) == 0 && bad(slot) == 0 && either(slot) == 0;
    }

    /** Whether the others can be among these, whatever those that may be either are. */
    boolean holds(Counts others) {
        return minus(others.known()).known().least() >= 0
                && total(Slot.A) >= others.total(Slot.A)
                && total(Slot.B) >= others.total(Slot.B);
    }

    private Counts known() {
        return new Counts(aOk, aBad, 0, bOk, bBad, 0);
    }

    /** Least of all. */
    long least() {
        return Math.min(Math.min(Math.min(aOk, aBad), Math.min(bOk, bBad)), Math.min(aEither, bEither));
    }

    /** Largest of all. */
    long most() {
        return Math.max(Math.max(Math.max(aOk, aBad), Math.max(bOk, bBad)), Math.max(aEither, bEither));
    }

    /** Appends them. */
    void write(StateWriter out) {
        out.counts(aOk, aBad, aEither, bOk, bBad, bEither);
    }

    /** Reads what {@link #write} appended. */
    static Counts read(StateReader in) throws UnreadableState {
        long[] counts = in.counts(6);
        return new Counts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
    }

    @Override
    public String toString() {
        return text("a", Slot.A) + ", " + text("b", Slot.B);
    }

    private String text(String name, Slot slot) {
        long either = either(slot);
        return ok(slot) + " good and " + bad(slot) + " bad of " + name
                + (either == 0 ? "" : " and " + either + " unknown");
    }
}
