package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateWriter;
import java.time.Duration;

/**
 * An anytime-valid comparison: an e-process whose probability of ever reaching 1/α is at most α while its null holds, at whatever moment
 * one looks. An immutable value with its own text state.
 */
public sealed interface SequentialTest permits HarmProcess, ProbeCertificate, MeshCertificate, SlownessProcess {
    /** Longest time that counts between two observations: what was longer ago says nothing about pace. */
    Duration LONGEST_STEP = Duration.ofMinutes(1);

    /** Evidence against the null, an e-value: 1 at the start, and a number whatever comes. */
    double evidence();

    /** Its natural logarithm. */
    default double logE() {
        return StrictMath.log(evidence());
    }

    /** Something changed that may be the beginning of a difference: a quarter of the reserve is staked on it. */
    SequentialTest event();

    /** Appends the state; the settings are not part of it. */
    void write(StateWriter out);

    /** Time since the last observation in seconds, at most {@link #LONGEST_STEP} and not negative. */
    static double seconds(Duration elapsed) {
        Duration counted = elapsed.compareTo(LONGEST_STEP) > 0 ? LONGEST_STEP : elapsed;
        return counted.isNegative() ? 0 : exact(counted);
    }

    /** A duration in seconds. */
    static double exact(Duration duration) {
        return duration.getSeconds() + duration.getNano() * 1e-9;
    }

    /** How much evidence may grow in so many seconds when it may grow by {@code most} in the time {@code per}; no bound for none. */
    static double cap(double most, double seconds, Duration per) {
        double length = exact(per);
        return length <= 0 ? Double.POSITIVE_INFINITY : most * seconds / length;
    }

    /** Most wealth that a certificate keeps, which certifies at this logarithm: what is beyond would let a healthy past outweigh a sick present. */
    static double most(double bound) {
        return StrictMath.exp(bound + 1);
    }

    /** Share of the reserve that is staked for so many seconds: all of it would last 40 minutes. */
    static double drip(double seconds) {
        return seconds / 2400;
    }
}
