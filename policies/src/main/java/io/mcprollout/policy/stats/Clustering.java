package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How much stable's failures come in clusters, from its counts minute by minute: sessions that break and clients that retry make a count
 * vary more than independent requests would.
 *
 * <p>The design effect is Pearson's χ² over the windows, shrunk towards 2 with the weight of ten windows; a window in which few failures
 * are expected counts less. Drift that is common to both versions raises it, too, which is the safe side.
 *
 * @param windows the last ones that are complete, oldest first
 * @param open counts of the window under way
 * @param age time that it covers so far
 */
public record Clustering(List<Tally> windows, Tally open, Duration age) {
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_WINDOWS = 60;
    private static final double UNKNOWN = 2;
    private static final double PRIOR_WINDOWS = 10;
    private static final double FULL_WEIGHT_VARIANCE = .5;

    public Clustering {
        windows = List.copyOf(windows);
    }

    /** Nothing seen yet. */
    public static Clustering start() {
        return new Clustering(List.of(), Tally.NONE, Duration.ZERO);
    }

    /** With stable's requests of so much more time. */
    public Clustering with(Tally stable, Duration elapsed) {
        Tally counts = open.plus(stable);
        Duration then = age.plus(elapsed);
        if (then.compareTo(WINDOW) < 0) {
            return new Clustering(windows, counts, then);
        }
        if (counts.total() == 0) {
            return new Clustering(windows, Tally.NONE, Duration.ZERO);
        }
        List<Tally> next = new ArrayList<>(windows);
        next.add(counts);
        return new Clustering(
                next.subList(Math.max(0, next.size() - MOST_WINDOWS), next.size()), Tally.NONE, Duration.ZERO);
    }

    /** How many times larger the variance of a count is than if its requests were independent; at least 1, and 2 while nobody knows. */
    public double designEffect() {
        Tally all = windows.stream().reduce(Tally.NONE, Tally::plus);
        if (all.bad() == 0 || all.ok() == 0) {
            return UNKNOWN;
        }
        double rate = (double) all.bad() / all.total();
        double sum = PRIOR_WINDOWS * UNKNOWN;
        double weights = PRIOR_WINDOWS;
        for (Tally window : windows) {
            double variance = window.total() * rate * (1 - rate);
            double deviation = window.bad() - window.total() * rate;
            double weight = Math.min(1, variance / FULL_WEIGHT_VARIANCE);
            sum += weight * deviation * deviation / variance;
            weights += weight;
        }
        return Math.max(1, sum / weights);
    }

    /** Appends the state. */
    public void write(StateWriter out) {
        out.all(windows, StateWriter::tally).tally(open).duration(age);
    }

    /** Reads what {@link #write} appended. */
    public static Clustering read(StateReader in) throws UnreadableState {
        return new Clustering(in.all(StateReader::tally), in.tally(), in.duration());
    }
}
