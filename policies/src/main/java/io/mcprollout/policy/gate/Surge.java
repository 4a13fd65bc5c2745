package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * How much the evidence of harm rose at most within a stretch of time as long as a blip, so that one knows what it would be without it.
 *
 * <p>Logarithms are in millionths here, which keeps the state small.
 *
 * @param lowest logarithm of the evidence when it was lowest; what was before counts no more
 * @param steepest largest rise of the logarithm since then within such a stretch
 * @param recent its values in the last such stretch and the one before it, oldest first, at most one for each sixth of it
 */
record Surge(long lowest, long steepest, List<Point> recent) {
    private static final int POINTS = 6;
    private static final double UNIT = 1e-6;

    /** A logarithm of the evidence, the least of its sixth. */
    record Point(Instant at, long harm) {}

    Surge {
        recent = List.copyOf(recent);
    }

    /** No evidence yet. */
    static Surge start(Instant at) {
        return new Surge(0, 0, List.of(new Point(at, 0)));
    }

    /** With the logarithm of the evidence at a later instant. */
    Surge with(Instant now, double logE, Duration stretch) {
        long harm = Math.round(logE / UNIT);
        if (harm <= lowest) {
            return new Surge(harm, 0, List.of(new Point(now, harm)));
        }
        List<Point> next = new ArrayList<>();
        long least = harm;
        for (int i = 0; i < recent.size(); i++) {
            boolean needed = i + 1 == recent.size() || recent.get(i + 1).at.isAfter(now.minus(stretch));
            if (needed) {
                next.add(recent.get(i));
                least = Math.min(least, recent.get(i).harm);
            }
        }
        Point last = next.getLast();
        if (!now.isBefore(last.at.plusNanos(stretch.toNanos() / POINTS))) {
            next.add(new Point(now, harm));
        } else if (harm < last.harm) {
            next.set(next.size() - 1, new Point(last.at, harm));
        }
        return new Surge(lowest, Math.max(steepest, harm - least), next);
    }

    /** A logarithm of the evidence without the steepest rise. */
    double spared(double logE) {
        return logE - steepest * UNIT;
    }

    void write(StateWriter out) {
        out.counts(lowest, steepest);
        out.all(recent, (writer, point) -> writer.instant(point.at).count(point.harm));
    }

    static Surge read(StateReader in) throws UnreadableState {
        Surge read = new Surge(in.count(), in.count(), in.all(item -> new Point(item.instant(), item.count())));
        if (read.recent.isEmpty()) {
            throw new UnreadableState("the state knows no evidence of harm to compare with");
        }
        return read;
    }
}
