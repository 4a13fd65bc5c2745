package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.Tally;
import java.util.Locale;

/**
 * Difference in failure probability, candidate minus stable, with its 95 % interval by Newcombe's method from the Wilson intervals of both
 * (Statistics in Medicine 17, 1998, method 10). For people: nothing is decided on it.
 *
 * @param estimate of the difference: −1..1
 * @param low end of the interval
 * @param high end of the interval
 */
public record Difference(double estimate, double low, double high) {
    private static final double Z = 1.959963984540054;

    /** Nothing is known. */
    public static final Difference UNKNOWN = new Difference(0, -1, 1);

    /** From the counts of both; nothing is known while one of them has none. */
    public static Difference of(Tally stable, Tally candidate) {
        if (stable.total() == 0 || candidate.total() == 0) {
            return UNKNOWN;
        }
        Proportion s = Proportion.of(stable);
        Proportion c = Proportion.of(candidate);
        double estimate = c.rate - s.rate;
        return new Difference(
                estimate,
                estimate - StrictMath.hypot(c.rate - c.low, s.high - s.rate),
                estimate + StrictMath.hypot(c.high - c.rate, s.rate - s.low));
    }

    /** Whether there were counts of both. */
    public boolean isKnown() {
        return !equals(UNKNOWN);
    }

    /** For people: {@code +5.0 points (1.7 to 11.5)}. */
    public String inPoints() {
        return String.format(Locale.ROOT, "%+.1f points (%.1f to %.1f)", 100 * estimate, 100 * low, 100 * high);
    }

    /** A failure probability with its Wilson interval. */
    record Proportion(double rate, double low, double high) {
        static Proportion of(Tally tally) {
            double n = tally.total();
            return of(n, tally.bad() / n, Z);
        }

        /** Of the share p of n trials, z standard errors to either side. */
        static Proportion of(double n, double p, double z) {
            double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
            double half = z * StrictMath.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
            return new Proportion(p, Math.max(0, centre - half), Math.min(1, centre + half));
        }
    }
}
