package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Weight;

/**
 * How many pods a share of traffic needs, and who provides them.
 *
 * @param headroom pods of the candidate for each that stable would need; 0: however few there are, no step waits for more
 * @param follows whether the controller scales the candidate
 */
public record Capacity(double headroom, boolean follows) {
    /* Of a product of decimals such as 1.1 × 30 % × 10, which is no whole number of pods though it should be one. */
    private static final double ROUNDING = 1e-6;

    /** As many pods as stable would need, provided by somebody else. */
    public static final Capacity USUAL = new Capacity(1, false);

    public Capacity {
        if (!(headroom >= 0 && headroom <= 10)) {
            throw new IllegalArgumentException("headroom must be 0..10 but is " + headroom);
        }
    }

    /** Ready pods that a share needs: ⌈share × stable's pods at the start × headroom⌉. */
    public int needed(Weight share, int stableAtStart) {
        return (int) Math.ceil(share.percent() / 100.0 * stableAtStart * headroom - ROUNDING);
    }
}
