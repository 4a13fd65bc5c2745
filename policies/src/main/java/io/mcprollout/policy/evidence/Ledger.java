package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * Takes each observation of one cohort exactly once: probe pairs by their sequence and time, requests of users as increments of the mesh's
 * counters without the prober's own. Immutable; what it refuses it explains.
 */
public final class Ledger {
    private final Cohort cohort;
    private final Slot stable;
    private final SortedMap<String, SourceLedger> sources;
    private final SortedMap<String, LatencyLedger> latencies;
    private final SortedMap<String, Mark> marks;

    private Ledger(
            Cohort cohort,
            Slot stable,
            SortedMap<String, SourceLedger> sources,
            SortedMap<String, LatencyLedger> latencies,
            SortedMap<String, Mark> marks) {
        this.cohort = cohort;
        this.stable = stable;
        this.sources = sources;
        this.latencies = latencies;
        this.marks = marks;
    }

    /** The last pair that was taken of a stream. */
    private record Mark(long sequence, Instant at) {}

    /**
     * What a reading made of the ledger.
     *
     * @param next the ledger afterwards
     * @param closed the block of users' requests that ended with it, if one did
     */
    public record Taken(Ledger next, Optional<ClosedBlock> closed) {}

    /** Nothing taken yet. */
    public static Ledger of(Cohort cohort, Slot stable) {
        return new Ledger(cohort, stable, new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    }

    /** The same for another cohort: without evidence, but with the counters' baseline, so that the next reading counts from the last. */
    public Ledger forCohort(Cohort next, Slot nextStable) {
        SortedMap<String, SourceLedger> emptied = new TreeMap<>();
        sources.forEach((stream, books) -> emptied.put(stream, books.emptied()));
        return new Ledger(next, nextStable, emptied, new TreeMap<>(), marks);
    }

    /** Revisions that the evidence speaks of. */
    public Cohort cohort() {
        return cohort;
    }

    /** Takes a pair; nothing when it was taken before or is not later than the last one. */
    public Optional<Ledger> take(ProbePair pair) {
        Mark last = marks.get(pair.stream());
        if (last != null && (pair.sequence() == last.sequence || !pair.at().isAfter(last.at))) {
            return Optional.empty();
        }
        SortedMap<String, Mark> next = new TreeMap<>(marks);
        next.put(pair.stream(), new Mark(pair.sequence(), pair.at()));
        return Optional.of(new Ledger(cohort, stable, sources, latencies, next));
    }

    /** When the last pair of a stream was due that was taken. */
    public Optional<Instant> lastPair(String stream) {
        return Optional.ofNullable(marks.get(stream)).map(Mark::at);
    }

    /**
     * Takes a reading of counters.
     *
     * @param log of the prober's requests, complete since {@link #probesNeededSince()}, else the reading is a baseline only
     * @param evidence how much a block would weigh: requests of the prober that may or may not be counted are assigned to its least value
     */
    public Taken take(Counters reading, ProbeLog log, ToDoubleFunction<MeshBlock> evidence) {
        return entered(reading.stream(), books(reading.stream()).take(reading, log, Ledger::kind, stable, evidence));
    }

    private static Counts kind(ProbeRequest request) {
        return request.finished() == null
                ? Counts.of(request.slot(), 0, 0, 1)
                : Counts.of(request.slot(), request.bad(), 1);
    }

    /** Takes what a reading says of latency, in the same way: in the block, slow requests are bad. */
    public Taken takeLatency(Counters reading, ProbeLog log, ToDoubleFunction<MeshBlock> evidence) {
        return entered(reading.stream(), latency(reading.stream()).take(reading, log, stable, evidence));
    }

    /** Notes why a source could not be read. */
    public Ledger note(Reading.Unreadable unreadable) {
        SourceLedger books = books(unreadable.stream()).troubled(unreadable.cause());
        return entered(unreadable.stream(), new SourceLedger.Entry(books, Optional.empty())).next;
    }

    /** Ends a stream's block at its last reading because the weights change; the time between that and the next reading is dropped. */
    public Taken closeForWeightChange(String stream, Instant at, ToDoubleFunction<MeshBlock> evidence) {
        return entered(stream, books(stream).weightChanged(stream, at, stable, evidence));
    }

    /** The same of the block of latency. */
    public Taken closeLatencyForWeightChange(String stream, Instant at, ToDoubleFunction<MeshBlock> evidence) {
        return entered(stream, latency(stream).weightChanged(stream, at, stable, evidence));
    }

    /** Longer than so many milliseconds is slow in a stream; empty before that is known. */
    public OptionalDouble slowMillis(String stream) {
        double slow = latency(stream).slowMillis();
        return slow > 0 ? OptionalDouble.of(slow) : OptionalDouble.empty();
    }

    /** Why the last reading of a stream gave no evidence of latency, as a sentence for people; empty when it did or may. */
    public String latencyTrouble(String stream) {
        return latency(stream).books().trouble();
    }

    /** Why the last reading of a stream gave no evidence, as a sentence for people; empty when it did or may. */
    public String trouble(String stream) {
        return books(stream).trouble();
    }

    /**
     * What the counters held of stable when the block under way began, with the prober's requests; nothing once that block holds a
     * request, or before the first reading.
     */
    public Tally held(String stream) {
        SourceLedger books = books(stream);
        boolean begins = books.open() != null && books.open().from().equals(books.last());
        return begins ? books.book().held(stable) : Tally.NONE;
    }

    /** Whether the block under way, and with it the next that closes, holds nothing of before an instant. */
    public boolean beginsAfter(String stream, Instant instant) {
        OpenBlock open = books(stream).open();
        return open == null || !open.from().isBefore(instant);
    }

    /** From when on the prober's log is needed by the next reading; the end of time when nothing was read yet. */
    public Instant probesNeededSince() {
        Instant earliest = Instant.MAX;
        for (SourceLedger books : sources.values()) {
            earliest = earlier(earliest, books);
        }
        for (LatencyLedger latency : latencies.values()) {
            earliest = earlier(earliest, latency.books());
        }
        return earliest;
    }

    private static Instant earlier(Instant instant, SourceLedger books) {
        OpenBlock open = books.open();
        return open != null && open.settled().isBefore(instant) ? open.settled() : instant;
    }

    private SourceLedger books(String stream) {
        return sources.getOrDefault(stream, SourceLedger.empty());
    }

    private LatencyLedger latency(String stream) {
        return latencies.getOrDefault(stream, LatencyLedger.empty());
    }

    private Taken entered(String stream, LatencyLedger.Entry entry) {
        SortedMap<String, LatencyLedger> next = new TreeMap<>(latencies);
        next.put(stream, entry.next());
        return new Taken(new Ledger(cohort, stable, sources, next, marks), entry.closed());
    }

    private Taken entered(String stream, SourceLedger.Entry entry) {
        SortedMap<String, SourceLedger> next = new TreeMap<>(sources);
        next.put(stream, entry.next());
        return new Taken(new Ledger(cohort, stable, next, latencies, marks), entry.closed());
    }

    /** Appends everything but cohort and roles. */
    public void write(StateWriter out) {
        out.all(sources.entrySet(), (writer, source) -> {
            writer.text(source.getKey());
            source.getValue().write(writer);
        });
        out.all(latencies.entrySet(), (writer, source) -> {
            writer.text(source.getKey());
            source.getValue().write(writer);
        });
        out.all(
                marks.entrySet(),
                (writer, mark) -> writer.text(mark.getKey())
                        .count(mark.getValue().sequence)
                        .instant(mark.getValue().at));
    }

    /** Reads what {@link #write} appended of the same cohort and roles. */
    public static Ledger read(StateReader in, Cohort cohort, Slot stable) throws UnreadableState {
        SortedMap<String, SourceLedger> sources = new TreeMap<>();
        for (Map.Entry<String, SourceLedger> source : in.all(item -> Map.entry(item.text(), SourceLedger.read(item)))) {
            sources.put(source.getKey(), source.getValue());
        }
        SortedMap<String, LatencyLedger> latencies = new TreeMap<>();
        for (Map.Entry<String, LatencyLedger> source :
                in.all(item -> Map.entry(item.text(), LatencyLedger.read(item)))) {
            latencies.put(source.getKey(), source.getValue());
        }
        SortedMap<String, Mark> marks = new TreeMap<>();
        for (Map.Entry<String, Mark> mark :
                in.all(item -> Map.entry(item.text(), new Mark(item.count(), item.instant())))) {
            marks.put(mark.getKey(), mark.getValue());
        }
        return new Ledger(cohort, stable, sources, latencies, marks);
    }
}
