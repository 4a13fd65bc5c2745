package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.Tally;

/**
 * The exact two-proportion block e-value with a margin, of Turner, Ly and Grünwald.
 *
 * <ol>
 *   <li>Predicted before the block: stable fails with probability a1, the candidate with c1.
 *   <li>The null, candidate at most {@code margin} worse (or at least {@code margin} worse, when c1 lies below), is represented by its
 *       point closest to the prediction in Kullback-Leibler divergence: a0, a0 + margin.
 *   <li>The e-value is the likelihood ratio of the two.
 * </ol>
 *
 * Its expectation is at most 1 whatever the failure probabilities of the single requests are, as long as their means lie in the null.
 *
 * @param projected a0
 * @param lnE natural logarithm of the e-value; 0 when an arm has no request
 */
public record BlockEvalue(double projected, double lnE) {
    private static final int MOST_STEPS = 200;
    private static final double TINY = 1e-15;

    /** E-value of one block; a1 and c1 lie strictly between 0 and 1, a margin between 0 and 1. */
    public static BlockEvalue of(Tally stable, Tally candidate, double a1, double c1, double margin) {
        double ns = stable.total();
        double nc = candidate.total();
        if (ns == 0 || nc == 0) {
            return new BlockEvalue(a1, 0);
        }
        double a0 = project(ns, nc, a1, c1, margin);
        double lnE = logRatio(stable, a1, a0) + logRatio(candidate, c1, a0 + margin);
        return new BlockEvalue(a0, lnE);
    }

    private static double logRatio(Tally tally, double alternative, double projected) {
        return tally.bad() * StrictMath.log(alternative / projected)
                + tally.ok() * StrictMath.log((1 - alternative) / (1 - projected));
    }

    /** Root of the derivative of the divergence, by Newton's method kept inside a bracket. */
    static double project(double ns, double nc, double a1, double c1, double margin) {
        if (margin == 0) {
            return (ns * a1 + nc * c1) / (ns + nc);
        }
        double low = Math.max(Math.min(a1, c1 - margin), TINY);
        double high = Math.min(Math.max(a1, c1 - margin), 1 - margin - TINY);
        double a = (low + high) / 2;
        for (int step = 0; step < MOST_STEPS; step++) {
            double slope = slope(ns, nc, a1, c1, margin, a);
            if (slope > 0) {
                high = a;
            } else {
                low = a;
            }
            double next = a - slope / curvature(ns, nc, a1, c1, margin, a);
            if (!(next > low && next < high)) {
                next = (low + high) / 2;
            }
            if (Math.abs(next - a) <= TINY + 1e-13 * Math.min(next, 1 - next)) {
                return next;
            }
            a = next;
        }
        return a;
    }

    /** Derivative of the divergence ns·KL(a1‖a) + nc·KL(c1‖a + margin) at a. */
    static double slope(double ns, double nc, double a1, double c1, double margin, double a) {
        double c = a + margin;
        return ns * (a - a1) / (a * (1 - a)) + nc * (c - c1) / (c * (1 - c));
    }

    /** Derivative of {@link #slope}; above 0. */
    static double curvature(double ns, double nc, double a1, double c1, double margin, double a) {
        double c = a + margin;
        return curvature(ns, a1, a) + curvature(nc, c1, c);
    }

    private static double curvature(double n, double predicted, double p) {
        double variance = p * (1 - p);
        return n * (p * p - 2 * p * predicted + predicted) / (variance * variance);
    }
}
