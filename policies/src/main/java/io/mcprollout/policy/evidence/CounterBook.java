package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Last values of the cumulative counters of one mesh source, by instance: gives increments, each of them once, however counters restart.
 *
 * <p>An instance that is new, or of which any counter fell, gives no increment this time: its values become its baseline. A series
 * that is new at a known instance counts from zero.
 */
final class CounterBook {
    /** More requests between two readings than any gateway serves: the counter is not what it was. */
    private static final long LEAP = 1_000_000_000L;

    private static final long MOST_HELD = Long.MAX_VALUE / 4;

    private final SortedMap<String, Counts> baseline;

    private CounterBook(SortedMap<String, Counts> baseline) {
        this.baseline = baseline;
    }

    /**
     * What one reading adds.
     *
     * @param next with the new baseline
     * @param counts increments of the instances that could be compared
     * @param whole whether these are all instances of both readings, so that no request is missing
     * @param leapt whether a counter rose by more than any gateway serves
     */
    record Increment(CounterBook next, Counts counts, boolean whole, boolean leapt) {}

    /** No counter read yet. */
    static CounterBook empty() {
        return new CounterBook(new TreeMap<>());
    }

    /** Increment since the reading before; values must not be negative. */
    Increment read(Map<Series, Long> counters) {
        SortedMap<String, Counts> next = new TreeMap<>();
        counters.forEach((series, value) ->
                next.merge(series.instance(), Counts.of(series.slot(), series.bad(), value), Counts::plus));
        Counts sum = Counts.NONE;
        boolean whole = next.keySet().equals(baseline.keySet());
        boolean leapt = false;
        for (Map.Entry<String, Counts> instance : next.entrySet()) {
            Counts before = baseline.get(instance.getKey());
            Counts added = before == null ? null : instance.getValue().minus(before);
            if (added == null || added.least() < 0) {
                whole = false;
            } else if (added.most() > LEAP) {
                leapt = true;
            } else {
                sum = sum.plus(added);
            }
        }
        return new Increment(new CounterBook(next), sum, whole, leapt);
    }

    /** Everything that the counters of a slot held at the last reading; what no counter ever reaches is cut. */
    Tally held(Slot slot) {
        long ok = 0;
        long bad = 0;
        for (Counts counts : baseline.values()) {
            ok = Math.min(MOST_HELD, ok) + Math.min(MOST_HELD, counts.ok(slot));
            bad = Math.min(MOST_HELD, bad) + Math.min(MOST_HELD, counts.bad(slot));
        }
        return new Tally(ok, bad);
    }

    /** Appends the baseline. */
    void write(StateWriter out) {
        out.all(baseline.entrySet(), (writer, instance) -> {
            writer.text(instance.getKey());
            instance.getValue().write(writer);
        });
    }

    /** Reads what {@link #write} appended. */
    static CounterBook read(StateReader in) throws UnreadableState {
        SortedMap<String, Counts> baseline = new TreeMap<>();
        for (Map.Entry<String, Counts> instance : in.all(item -> Map.entry(item.text(), Counts.read(item)))) {
            baseline.put(instance.getKey(), instance.getValue());
        }
        return new CounterBook(baseline);
    }
}
