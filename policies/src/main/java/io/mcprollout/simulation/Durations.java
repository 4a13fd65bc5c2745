package io.mcprollout.simulation;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/** Answers counted by how long they took, in the buckets of Istio's histogram. */
final class Durations {
    private static final double[] BOUNDS = {
        .5,
        1,
        5,
        10,
        25,
        50,
        100,
        250,
        500,
        1000,
        2500,
        5000,
        10_000,
        30_000,
        60_000,
        300_000,
        600_000,
        1_800_000,
        3_600_000,
        Double.POSITIVE_INFINITY
    };
    private static final double HARDLY_EVER = 1e-9;

    private final long[] counts = new long[BOUNDS.length];

    /** Share of the answers in each bucket. */
    static double[] shares(Pace pace, boolean wrong) {
        double[] shares = new double[BOUNDS.length];
        double below = 0;
        for (int i = 0; i < BOUNDS.length; i++) {
            double atMost = i == BOUNDS.length - 1 ? 1 : pace.atMost(wrong, BOUNDS[i]);
            shares[i] = atMost - below < HARDLY_EVER ? 0 : atMost - below;
            below = atMost;
        }
        return shares;
    }

    /** Draws answers of which so many are expected; how many there were. */
    long draw(Sampler random, double mean, double[] shares) {
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            long more = shares[i] == 0 ? 0 : random.poisson(mean * shares[i]);
            counts[i] += more;
            all += more;
        }
        return all;
    }

    /** One answer that took so long. */
    void add(long millis) {
        int found = Arrays.binarySearch(BOUNDS, (double) millis);
        counts[found >= 0 ? found : -found - 1]++;
    }

    /** With those of others, or without. */
    Durations plus(Durations other, int sign) {
        Durations sum = new Durations();
        for (int i = 0; i < counts.length; i++) {
            sum.counts[i] = counts[i] + sign * other.counts[i];
        }
        return sum;
    }

    /** As a histogram counts: those that took at most so many milliseconds. */
    SortedMap<Double, Long> atMost() {
        SortedMap<Double, Long> atMost = new TreeMap<>();
        long all = 0;
        for (int i = 0; i < counts.length; i++) {
            all += counts[i];
            atMost.put(BOUNDS[i], all);
        }
        return Collections.unmodifiableSortedMap(atMost);
    }
}
