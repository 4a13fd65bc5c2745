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
        return times(tally.bad(), alternative / projected) + times(tally.ok(), (1 - alternative) / (1 - projected));
    }

    private static double times(long count, double ratio) {
        return count == 0 ? 0 : count * StrictMath.log(ratio);
    }

    /**
     * Root of the derivative of the divergence ns·KL(a1‖a) + nc·KL(c1‖a + margin), by Newton's method kept inside a bracket. The
     * derivative is multiplied by both variances and its own by their squares, which spares the divisions.
     */
    static double project(double ns, double nc, double a1, double c1, double margin) {
        if (margin == 0) {
            return (ns * a1 + nc * c1) / (ns + nc);
        }
        double low = Math.max(Math.min(a1, c1 - margin), TINY);
        double high = Math.min(Math.max(a1, c1 - margin), 1 - margin - TINY);
        double pooled = (ns * a1 + nc * (c1 - margin)) / (ns + nc);
        double a = pooled > low && pooled < high ? pooled : (low + high) / 2;
        for (int step = 0; step < MOST_STEPS; step++) {
            double c = a + margin;
            double va = a * (1 - a);
            double vc = c * (1 - c);
            double slope = ns * (a - a1) * vc + nc * (c - c1) * va;
            if (slope > 0) {
                high = a;
            } else {
                low = a;
            }
            double curvature = ns * spread(a1, a) * vc * vc + nc * spread(c1, c) * va * va;
            double next = a - slope * va * vc / curvature;
            if (Math.abs(next - a) <= Math.ulp(a) + 1e-13 * Math.min(a, 1 - a)) {
                return Math.min(high, Math.max(low, next));
            }
            a = next > low && next < high ? next : (low + high) / 2;
        }
        return a;
    }

    /* Of the derivative of KL(predicted‖p), (p − predicted)/v with v = p(1 − p), the derivative times v². */
    private static double spread(double predicted, double p) {
        return p * p - 2 * p * predicted + predicted;
    }
}
