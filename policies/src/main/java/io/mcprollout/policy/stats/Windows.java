package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts of stable in stretches of time that are equally long.
 *
 * @param complete the last ones that are over, oldest first
 * @param open counts of the one under way
 * @param age time that it covers so far
 */
public record Windows(List<Tally> complete, Tally open, Duration age) {
    private static final int MOST = 60;
    private static final double UNKNOWN = 2;
    private static final double FULL_WEIGHT_VARIANCE = .5;

    static final Windows NONE = new Windows(List.of(), Tally.NONE, Duration.ZERO);

    public Windows {
        complete = List.copyOf(complete);
    }

    /** With the requests of so much more time; a window is over when it is so long. */
    Windows with(Tally more, Duration elapsed, Duration length) {
        Tally counts = open.plus(more);
        Duration then = age.plus(elapsed);
        if (then.compareTo(length) < 0) {
            return new Windows(complete, counts, then);
        }
        if (counts.total() == 0) {
            return new Windows(complete, Tally.NONE, Duration.ZERO);
        }
        List<Tally> next = new ArrayList<>(complete);
        next.add(counts);
        return new Windows(next, Tally.NONE, Duration.ZERO).last(MOST);
    }

    /** The same with no more than the last complete ones. */
    Windows last(int most) {
        int surplus = complete.size() - most;
        return surplus <= 0 ? this : new Windows(complete.subList(surplus, complete.size()), open, age);
    }

    /** With windows that were over before these. */
    Windows after(List<Tally> past) {
        List<Tally> next = new ArrayList<>(past);
        next.removeIf(window -> window.total() == 0);
        next.addAll(complete);
        return new Windows(next.subList(Math.max(0, next.size() - MOST), next.size()), open, age);
    }

    /**
     * Pearson's χ² over the windows, shrunk towards 2 with the weight of so many windows; one in which few failures are expected counts
     * less. Drift that is common to both versions raises it, too, which is the safe side.
     */
    double designEffect(double prior) {
        Tally all = sum();
        if (!isKnown(all)) {
            return UNKNOWN;
        }
        double rate = (double) all.bad() / all.total();
        double sum = prior * UNKNOWN;
        double weights = prior;
        for (Tally window : complete) {
            double variance = variance(window, rate);
            double deviation = window.bad() - window.total() * rate;
            double weight = weight(variance);
            sum += weight * deviation * deviation / variance;
            weights += weight;
        }
        return Math.max(1, sum / weights);
    }

    /** Number of windows, one in which few failures are expected counting less; 0 while nobody knows. */
    double weight() {
        Tally all = sum();
        if (!isKnown(all)) {
            return 0;
        }
        double rate = (double) all.bad() / all.total();
        double weights = 0;
        for (Tally window : complete) {
            weights += weight(variance(window, rate));
        }
        return weights;
    }

    private static double variance(Tally window, double rate) {
        return window.total() * rate * (1 - rate);
    }

    private static double weight(double variance) {
        return Math.min(1, variance / FULL_WEIGHT_VARIANCE);
    }

    /** Standard error of the design effect as a share of it, as of a χ² with a degree of freedom for each window; 0 while nobody knows. */
    double relativeError(double prior) {
        return isKnown(sum()) ? StrictMath.sqrt(2 / (prior + complete.size())) : 0;
    }

    private Tally sum() {
        long ok = 0;
        long bad = 0;
        for (Tally window : complete) {
            ok = Math.addExact(ok, window.ok());
            bad = Math.addExact(bad, window.bad());
        }
        return new Tally(ok, bad);
    }

    private static boolean isKnown(Tally all) {
        return all.bad() > 0 && all.ok() > 0;
    }

    void write(StateWriter out) {
        out.all(complete, StateWriter::tally).tally(open).duration(age);
    }

    static Windows read(StateReader in) throws UnreadableState {
        return new Windows(in.all(StateReader::tally), in.tally(), in.duration());
    }
}
