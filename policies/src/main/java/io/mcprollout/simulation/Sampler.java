package io.mcprollout.simulation;

import java.util.SplittableRandom;

/** Random counts and times of one seed; each call costs the same however large the count is, but for {@link #clustered}. */
final class Sampler {
    private static final double SMALL_MEAN = 10;
    private static final int TABLE = 64;
    private static final double[] LOG_FACTORIAL = table();
    private static final double HALF_LOG_TWO_PI = 0.5 * StrictMath.log(2 * StrictMath.PI);

    private final SplittableRandom random;

    /* Streams of neighbouring seeds would be the same one, shifted: the first number of each is far away from all others. */
    Sampler(long seed) {
        this.random = new SplittableRandom(new SplittableRandom(seed).nextLong());
    }

    /** Whether something of this probability happens. */
    boolean happens(double probability) {
        return random.nextDouble() < probability;
    }

    /** Uniform from 0 to 1, exclusive. */
    double uniform() {
        return random.nextDouble();
    }

    /** Uniform between two instants in milliseconds, the later one exclusive; the earlier one when they are equal. */
    long between(long earliest, long latest) {
        return latest <= earliest ? earliest : random.nextLong(earliest, latest);
    }

    /** Standard normal. */
    double gaussian() {
        return random.nextGaussian();
    }

    /** Poisson count of a mean that is not negative: by products of uniforms, above 10 by Hörmann's transformed rejection (PTRS, 1993). */
    long poisson(double mean) {
        return mean < SMALL_MEAN ? smallPoisson(mean) : largePoisson(mean);
    }

    private long smallPoisson(double mean) {
        if (mean <= 0) {
            return 0;
        }
        double left = StrictMath.exp(-mean);
        long count = 0;
        for (double product = random.nextDouble(); product > left; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private long largePoisson(double mean) {
        double logMean = StrictMath.log(mean);
        double b = 0.931 + 2.53 * StrictMath.sqrt(mean);
        double a = -0.059 + 0.02483 * b;
        double logInverseAlpha = StrictMath.log(1.1239 + 1.1328 / (b - 3.4));
        double squeeze = 0.9277 - 3.6224 / (b - 2);
        while (true) {
            double u = random.nextDouble() - 0.5;
            double v = random.nextDouble();
            double us = 0.5 - Math.abs(u);
            double k = Math.floor((2 * a / us + b) * u + mean + 0.43);
            if (us >= 0.07 && v <= squeeze) {
                return (long) k;
            }
            if (k < 0 || (us < 0.013 && v > us)) {
                continue;
            }
            double accept = k * logMean - mean - logFactorial((long) k);
            if (StrictMath.log(v) + logInverseAlpha - StrictMath.log(a / (us * us) + b) <= accept) {
                return (long) k;
            }
        }
    }

    /** Count of this mean whose events come in clusters of geometric size of this mean, at least 1; costs time for each cluster. */
    long clustered(double mean, double size) {
        long clusters = poisson(mean / size);
        if (size <= 1) {
            return clusters;
        }
        double logStay = StrictMath.log1p(-1 / size);
        long count = 0;
        for (long i = 0; i < clusters; i++) {
            count += 1 + (long) (StrictMath.log1p(-random.nextDouble()) / logStay);
        }
        return count;
    }

    /** Natural logarithm of n!, by Stirling's series beyond a table. */
    static double logFactorial(long n) {
        if (n < TABLE) {
            return LOG_FACTORIAL[(int) n];
        }
        double x = n + 1.0;
        double inverse = 1 / x;
        return (x - 0.5) * StrictMath.log(x)
                - x
                + HALF_LOG_TWO_PI
                + inverse * (1.0 / 12 - inverse * inverse * (1.0 / 360 - inverse * inverse / 1260));
    }

    private static double[] table() {
        double[] table = new double[TABLE];
        for (int n = 1; n < TABLE; n++) {
            table[n] = table[n - 1] + StrictMath.log(n);
        }
        return table;
    }
}
