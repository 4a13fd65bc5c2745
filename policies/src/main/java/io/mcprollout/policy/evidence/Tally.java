package io.mcprollout.policy.evidence;

/** Counts of good and bad requests; never rates. */
public record Tally(long ok, long bad) {
    /** Nothing counted. */
    public static final Tally NONE = new Tally(0, 0);

    public Tally {
        if (ok < 0 || bad < 0) {
            throw new IllegalArgumentException("counts must not be negative but are ok " + ok + ", bad " + bad);
        }
    }

    /** All requests; throws {@link ArithmeticException} on overflow. */
    public long total() {
        return Math.addExact(ok, bad);
    }

    /** Whether more than half failed. */
    public boolean mostFailed() {
        return bad > ok;
    }

    /** Both counted together; commutative; throws {@link ArithmeticException} on overflow. */
    public Tally plus(Tally other) {
        return new Tally(Math.addExact(ok, other.ok), Math.addExact(bad, other.bad));
    }
}
