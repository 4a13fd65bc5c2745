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
 * It is {@code factor · exp(logs)}, so that few requests need no logarithm and many do not leave the range of numbers; 1 when an arm has no
 * request.
 *
 * @param projected a0
 */
public record BlockEvalue(double projected, double factor, double logs) {
    private static final int MOST_STEPS = 200;
    private static final double TINY = 1e-15;
    /* A step of this size leaves an error of its square. */
    private static final double ARRIVED = 1e-8;
    /* So many requests of such ratios are multiplied: four such factors stay within the range of numbers. */
    private static final int MULTIPLIED = 64;
    private static final double LARGE = 12;

    /** E-value of one block; a1 and c1 lie strictly between 0 and 1, a margin between 0 and 1. */
    public static BlockEvalue of(Tally stable, Tally candidate, double a1, double c1, double margin) {
        double ns = stable.total();
        double nc = candidate.total();
        if (ns == 0 || nc == 0) {
            return new BlockEvalue(a1, 1, 0);
        }
        return ratio(stable, candidate, a1, c1, project(ns, nc, a1, c1, margin), margin);
    }

    /** The same, to the power of 1 / design effect. */
    static double tempered(Tally stable, Tally candidate, double a1, double c1, double margin, double designEffect) {
        if (stable.total() == 0 || candidate.total() == 0) {
            return 1;
        }
        double a0 = project((double) stable.total(), (double) candidate.total(), a1, c1, margin);
        return ratio(stable, candidate, a1, c1, a0, margin).tempered(designEffect);
    }

    private static BlockEvalue ratio(Tally stable, Tally candidate, double a1, double c1, double a0, double margin) {
        double c0 = a0 + margin;
        double stableBad = a1 / a0;
        double stableOk = (1 - a1) / (1 - a0);
        double candidateBad = c1 / c0;
        double candidateOk = (1 - c1) / (1 - c0);
        double factor = few(stableBad, stable.bad())
                * few(stableOk, stable.ok())
                * few(candidateBad, candidate.bad())
                * few(candidateOk, candidate.ok());
        double logs = many(stableBad, stable.bad())
                + many(stableOk, stable.ok())
                + many(candidateBad, candidate.bad())
                + many(candidateOk, candidate.ok());
        return new BlockEvalue(a0, factor, logs);
    }

    private static double few(double ratio, long count) {
        return isFew(ratio, count) ? power(ratio, count) : 1;
    }

    private static double many(double ratio, long count) {
        return isFew(ratio, count) ? 0 : count * StrictMath.log(ratio);
    }

    private static boolean isFew(double ratio, long count) {
        return count <= 1 || (count <= MULTIPLIED && ratio < LARGE && ratio > 1 / LARGE);
    }

    private static double power(double ratio, long count) {
        double power = 1;
        double square = ratio;
        for (long left = count; left > 0; left >>= 1) {
            power = (left & 1) == 1 ? power * square : power;
            square *= square;
        }
        return power;
    }

    /** Natural logarithm of the e-value. */
    public double lnE() {
        return StrictMath.log(factor) + logs;
    }

    /** The e-value to the power of 1 / design effect, which is at least 1: it stays an e-value. */
    double tempered(double designEffect) {
        return designEffect == 1 && logs == 0 ? factor : StrictMath.exp(lnE() / designEffect);
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
            if (Math.abs(next - a) <= Math.ulp(a) + ARRIVED * Math.min(a, 1 - c)) {
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
