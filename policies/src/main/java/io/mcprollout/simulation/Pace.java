package io.mcprollout.simulation;

/**
 * How long answers take: lognormally with a median of 80 ms and a σ of 0.6, with the new version from when it goes wrong times a factor, and
 * a share of its answers two seconds longer.
 *
 * @param measured whether the mesh shows a histogram of it
 * @param factor of the new version's median: above 0
 * @param tail share of the new version's answers that take two seconds longer: 0..1
 */
public record Pace(boolean measured, double factor, double tail) {
    /** Alike, and the mesh does not tell. */
    public static final Pace UNTOLD = new Pace(false, 1, 0);

    /** Alike, and the mesh tells. */
    public static final Pace ALIKE = new Pace(true, 1, 0);

    static final double MEDIAN_MILLIS = 80;
    static final double SIGMA = .6;
    static final double TAIL_MILLIS = 2000;

    public Pace {
        if (!(factor > 0 && tail >= 0 && tail <= 1)) {
            throw new IllegalArgumentException(
                    "factor must be above 0 and tail 0..1 but they are " + factor + " and " + tail);
        }
    }

    /** The new version takes so many times as long. */
    public static Pace times(double factor) {
        return new Pace(true, factor, 0);
    }

    /** So many answers of the new version take two seconds longer. */
    public static Pace tail(double share) {
        return new Pace(true, 1, share);
    }

    /** Probability that an answer takes at most so long. */
    double atMost(boolean wrong, double millis) {
        double slower = wrong ? factor : 1;
        double late = wrong ? tail : 0;
        return (1 - late) * lognormal(millis / slower) + late * lognormal((millis - TAIL_MILLIS) / slower);
    }

    private static double lognormal(double millis) {
        return millis <= 0 ? 0 : normal(StrictMath.log(millis / MEDIAN_MILLIS) / SIGMA);
    }

    /* Distribution function of the standard normal: Abramowitz and Stegun 26.2.17, to 7.5e-8. */
    static double normal(double z) {
        double t = 1 / (1 + .2316419 * Math.abs(z));
        double poly = t * (.319381530 + t * (-.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        double upper = StrictMath.exp(-z * z / 2) / StrictMath.sqrt(2 * StrictMath.PI) * poly;
        return z >= 0 ? 1 - upper : upper;
    }
}
