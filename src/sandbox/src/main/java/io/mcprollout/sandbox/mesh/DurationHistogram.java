package io.mcprollout.sandbox.mesh;

import java.time.Duration;

/**
 * Durations in the buckets of Istio's proxies. As Envoy does, it takes in a value at once but shows it when it is flushed, and has not been
 * used before that. Thread-safe.
 */
final class DurationHistogram {
    /* Upper bounds in milliseconds, without the one that holds everything. */
    private static final double[] BOUNDS = {
        .5, 1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 30_000, 60_000, 300_000, 3_600_000
    };

    private final long[] counts = new long[BOUNDS.length + 1];
    private long sum;
    /* What is shown is cumulative: the last count is that of all values. */
    private long[] shown = new long[BOUNDS.length + 1];
    private long shownSum;

    /** Takes in one value, by its whole milliseconds. */
    synchronized void add(Duration took) {
        long millis = took.toMillis();
        int bucket = 0;
        while (bucket < BOUNDS.length && millis > BOUNDS[bucket]) {
            bucket++;
        }
        counts[bucket]++;
        sum += millis;
    }

    /** Shows everything that was taken in. */
    synchronized void flush() {
        long[] atMost = counts.clone();
        for (int i = 1; i < atMost.length; i++) {
            atMost[i] += atMost[i - 1];
        }
        shown = atMost;
        shownSum = sum;
    }

    /** Whether a value is shown. */
    synchronized boolean isUsed() {
        return shown[BOUNDS.length] > 0;
    }

    /** Writes the lines of one series with these labels, of which there is at least one. */
    synchronized void write(StringBuilder text, String family, String labels) {
        for (int i = 0; i <= BOUNDS.length; i++) {
            text.append(family)
                    .append("_bucket{")
                    .append(labels)
                    .append(",le=\"")
                    .append(i == BOUNDS.length ? "+Inf" : bound(BOUNDS[i]))
                    .append("\"} ")
                    .append(shown[i])
                    .append('\n');
        }
        line(text, family + "_sum", labels, shownSum);
        line(text, family + "_count", labels, shown[BOUNDS.length]);
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }

    private static String bound(double millis) {
        return millis == Math.rint(millis) ? Long.toString((long) millis) : Double.toString(millis);
    }
}
