package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Books of the answered requests of one mesh source, in which those are bad that took longer than a threshold. The threshold is fixed by
 * nothing but the past: the least bound of the source's histogram that 95 % of stable's requests kept to before the books were opened.
 *
 * @param slowMillis the threshold in milliseconds; 0 before it is known
 * @param books without anything before the threshold is known
 */
record LatencyLedger(double slowMillis, SourceLedger books) {
    private static final double KEPT_TO = .95;
    private static final long FEWEST = 200;

    /** Nothing read yet. */
    static LatencyLedger empty() {
        return new LatencyLedger(0, SourceLedger.empty());
    }

    /** What a reading or a change of weights made of the books, and the block that it closed. */
    record Entry(LatencyLedger next, Optional<ClosedBlock> closed) {}

    /** Books after one more reading. */
    Entry take(Counters reading, ProbeLog log, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        Latency latency = reading.latency();
        String refusal = latency.histograms().isEmpty() ? latency.lacking() : refusal(latency);
        if (!refusal.isEmpty() || latency.histograms().isEmpty()) {
            return troubled(refusal);
        }
        return slowMillis > 0 ? counted(reading, log, stable, evidence) : opened(reading, log, stable, evidence);
    }

    private Entry opened(Counters reading, ProbeLog log, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        SortedMap<Double, Long> past = new TreeMap<>();
        for (Histogram histogram : reading.latency().histograms()) {
            if (histogram.slot() == stable) {
                histogram.atMost().forEach((bound, count) -> past.merge(bound, count, Math::addExact));
            }
        }
        long all = past.getOrDefault(Double.POSITIVE_INFINITY, 0L);
        if (all < FEWEST) {
            return troubled("what is slow is known once stable has answered " + FEWEST + " requests; it has " + all);
        }
        double bound = past.entrySet().stream()
                .filter(bucket -> bucket.getValue() >= KEPT_TO * all)
                .mapToDouble(Map.Entry::getKey)
                .findFirst()
                .orElse(Double.POSITIVE_INFINITY);
        if (!(bound > 0 && bound < Double.POSITIVE_INFINITY)) {
            return troubled("more than 5 % of stable's requests take longer than the largest bucket of the histogram,"
                    + " so that nothing can be called slow");
        }
        return new LatencyLedger(bound, books).counted(reading, log, stable, evidence);
    }

    private Entry counted(Counters reading, ProbeLog log, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        Latency latency = reading.latency();
        Map<Series, Long> counters = new HashMap<>();
        reading.counters().keySet().forEach(series -> {
            counters.put(new Series(series.instance(), series.slot(), false), 0L);
            counters.put(new Series(series.instance(), series.slot(), true), 0L);
        });
        for (Histogram histogram : latency.histograms()) {
            Long fast = histogram.atMost().get(slowMillis);
            if (fast == null) {
                return troubled("the histogram of " + histogram.instance() + " has no bucket for " + slowMillis
                        + " ms any more, which is what this rollout calls slow");
            }
            long all = histogram.atMost().getOrDefault(Double.POSITIVE_INFINITY, fast);
            counters.put(new Series(histogram.instance(), histogram.slot(), false), fast);
            counters.put(new Series(histogram.instance(), histogram.slot(), true), all - fast);
        }
        SourceLedger.Entry entry = withHolesOf(log)
                .take(
                        new Counters(reading.stream(), latency.at(), latency.skew(), counters),
                        log,
                        this::kind,
                        stable,
                        evidence);
        return new Entry(new LatencyLedger(slowMillis, entry.next()), entry.closed());
    }

    /* What a gateway shows late may be of before the log begins, so that a hole in the log is a change like one of weights. */
    private SourceLedger withHolesOf(ProbeLog log) {
        OpenBlock open = books.open();
        return open != null && log.since().isAfter(open.settled()) ? books.changedAt(log.since()) : books;
    }

    /* The prober sees an answer later than the mesh, so that what is fast for it is fast. */
    private Counts kind(ProbeRequest request) {
        Instant finished = request.finished();
        if (finished != null && request.bad()) {
            return Counts.NONE;
        }
        boolean fast = finished != null && millis(Duration.between(request.sent(), finished)) < slowMillis;
        return Counts.of(request.slot(), fast ? 1 : 0, 0, fast ? 0 : 1);
    }

    private static double millis(Duration duration) {
        return duration.toNanos() / 1e6;
    }

    private static String refusal(Latency latency) {
        Set<Double> bounds = latency.histograms().getFirst().atMost().keySet();
        for (Histogram histogram : latency.histograms()) {
            SortedMap<Double, Long> atMost = histogram.atMost();
            if (atMost.isEmpty() || atMost.lastKey() != Double.POSITIVE_INFINITY) {
                return refused(
                        histogram,
                        "its last bucket must be +Inf but is " + (atMost.isEmpty() ? "none" : atMost.lastKey()));
            }
            if (!atMost.keySet().equals(bounds)) {
                return refused(
                        histogram,
                        "it has other buckets than that of "
                                + latency.histograms().getFirst().instance());
            }
            long least = 0;
            for (Map.Entry<Double, Long> bucket : atMost.entrySet()) {
                if (bucket.getValue() < least) {
                    return refused(
                            histogram,
                            bucket.getValue() + " requests took at most " + bucket.getKey() + " ms, but " + least
                                    + " took less");
                }
                least = bucket.getValue();
            }
        }
        return "";
    }

    private static String refused(Histogram histogram, String why) {
        return "the histogram of " + histogram.instance() + " refused: " + why;
    }

    /** Books after a change of weights. */
    Entry weightChanged(String stream, Instant at, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        SourceLedger.Entry entry = books.weightChanged(stream, at, stable, evidence);
        return new Entry(new LatencyLedger(slowMillis, entry.next()), entry.closed());
    }

    private Entry troubled(String reason) {
        return new Entry(new LatencyLedger(slowMillis, books.troubled(reason)), Optional.empty());
    }

    /** Appends the books. */
    void write(StateWriter out) {
        out.number(slowMillis);
        books.write(out);
    }

    /** Reads what {@link #write} appended. */
    static LatencyLedger read(StateReader in) throws UnreadableState {
        double slowMillis = in.number();
        if (!(slowMillis >= 0)) {
            throw new UnreadableState("the state calls requests of more than " + slowMillis + " ms slow");
        }
        return new LatencyLedger(slowMillis, SourceLedger.read(in));
    }
}
