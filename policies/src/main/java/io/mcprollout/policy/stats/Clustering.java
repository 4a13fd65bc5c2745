package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.List;

/**
 * How much stable's failures come in clusters: sessions that break and clients that retry make a count vary more than independent
 * requests would. It is seen in the counts of minutes; short clusters are seen sooner in those of ten seconds, of which there are enough
 * after a preflight. The larger of both counts, until there are so many minutes that they know short clusters, too. What is estimated from
 * few windows, or alone, has its standard error added.
 */
public record Clustering(Windows minutes, Windows tens) {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TEN = Duration.ofSeconds(10);
    /* What is assumed while nobody knows outweighs the first ten minutes, but only the first twenty seconds. */
    private static final double PRIOR_MINUTES = 10;
    private static final double PRIOR_TENS = 2;
    private static final double TELLING_MINUTES = 30;

    /** Nothing seen yet. */
    public static Clustering start() {
        return new Clustering(Windows.NONE, Windows.NONE);
    }

    /** With stable's requests of so much more time. */
    public Clustering with(Tally stable, Duration elapsed) {
        return new Clustering(minutes.with(stable, elapsed, MINUTE), tens.with(stable, elapsed, TEN));
    }

    /** The same without what is longer ago than so many windows of each length. */
    public Clustering last(int windows) {
        return new Clustering(minutes.last(windows), tens.last(windows));
    }

    /** With stable's requests in minutes before everything that was seen. */
    public Clustering remembering(List<Tally> past) {
        return new Clustering(minutes.after(past), tens);
    }

    /** How many times larger the variance of a count is than if its requests were independent; at least 1, and 2 while nobody knows. */
    public double designEffect() {
        double slow = minutes.designEffect(PRIOR_MINUTES);
        if (minutes.weight() >= TELLING_MINUTES) {
            return slow * (1 + minutes.relativeError(PRIOR_MINUTES));
        }
        double soon = tens.designEffect(PRIOR_TENS) * (1 + tens.relativeError(PRIOR_TENS));
        return Math.max(slow, soon);
    }

    /** Appends the state. */
    public void write(StateWriter out) {
        minutes.write(out);
        tens.write(out);
    }

    /** Reads what {@link #write} appended. */
    public static Clustering read(StateReader in) throws UnreadableState {
        return new Clustering(Windows.read(in), Windows.read(in));
    }
}
