package io.mcprollout.policy.traffic;

/** Share of new sessions, in whole percent from 0 to 100. */
public record Weight(int percent) implements Comparable<Weight> {
    /** No traffic. */
    public static final Weight NONE = new Weight(0);

    /** All traffic. */
    public static final Weight ALL = new Weight(100);

    public Weight {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("weight must be 0..100 but is " + percent);
        }
    }

    /** What is left for the other side. */
    public Weight rest() {
        return new Weight(100 - percent);
    }

    /** Whether this share is larger. */
    public boolean isAbove(Weight other) {
        return percent > other.percent;
    }

    @Override
    public int compareTo(Weight other) {
        return Integer.compare(percent, other.percent);
    }

    @Override
    public String toString() {
        return percent + " %";
    }
}
