package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A gateway whose histogram of durations a ledger reads, and a prober that sends requests through it. Slot a is stable. Buckets end at 50,
 * 100 and 250 ms.
 */
final class Histograms {
    static final String GATEWAY = "gateway";
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final double NONE_LARGER = Double.POSITIVE_INFINITY;

    final List<MeshBlock> blocks = new ArrayList<>();
    final List<MeshBlock> possible = new ArrayList<>();
    final List<ProbeRequest> sent = new ArrayList<>();
    Duration skew = Duration.ofMillis(100);
    Ledger ledger = Ledger.of(new Cohort(new Revision("1-old"), new Revision("1-new")), Slot.A);
    ToDoubleFunction<MeshBlock> evidence =
            block -> 10.0 * block.candidate().bad() - 10.0 * block.stable().bad();
    private final Map<String, Map<Slot, SortedMap<Double, Long>>> histograms = new HashMap<>();
    private Instant complete = START.minusSeconds(60);

    static MeshBlock block(int from, int to, long stableFast, long stableSlow, long candidateFast, long candidateSlow) {
        return new MeshBlock(
                GATEWAY,
                START.plusSeconds(from),
                START.plusSeconds(to),
                new Tally(stableFast, stableSlow),
                new Tally(candidateFast, candidateSlow));
    }

    /** So many requests more took so long in milliseconds. */
    Histograms took(String instance, Slot slot, double millis, long more) {
        SortedMap<Double, Long> atMost = histograms
                .computeIfAbsent(instance, name -> new HashMap<>())
                .computeIfAbsent(slot, name -> new TreeMap<>(Map.of(50.0, 0L, 100.0, 0L, 250.0, 0L, NONE_LARGER, 0L)));
        atMost.replaceAll((bound, count) -> millis <= bound ? count + more : count);
        return this;
    }

    /** Users' requests that took 20 ms, and such that took 400 ms. */
    Histograms users(long stableFast, long stableSlow, long candidateFast, long candidateSlow) {
        return took("p1", Slot.A, 20, stableFast)
                .took("p1", Slot.A, 400, stableSlow)
                .took("p1", Slot.B, 20, candidateFast)
                .took("p1", Slot.B, 400, candidateSlow);
    }

    /** Stable has answered 1000 requests, of which 960 took at most 100 ms; it is read. */
    Histograms opened() {
        return took("p1", Slot.A, 20, 900)
                .took("p1", Slot.A, 80, 60)
                .took("p1", Slot.A, 400, 40)
                .read(0);
    }

    /** A bucket is what it should not be. */
    Histograms broken(String instance, Slot slot, double bound, long count) {
        took(instance, slot, 20, 0);
        histograms
                .getOrDefault(instance, Map.of())
                .getOrDefault(slot, new TreeMap<>())
                .put(bound, count);
        return this;
    }

    /** A bucket is not there. */
    Histograms without(String instance, Slot slot, double bound) {
        took(instance, slot, 20, 0);
        histograms
                .getOrDefault(instance, Map.of())
                .getOrDefault(slot, new TreeMap<>())
                .remove(bound);
        return this;
    }

    /** The gateway starts anew. */
    Histograms restarted(String instance) {
        histograms.remove(instance);
        return this;
    }

    /** The gateway has counters but answered nothing yet. */
    Histograms idle(String instance) {
        histograms.put(instance, new HashMap<>());
        return this;
    }

    /** The prober sent a request that took so long and ended so many milliseconds after the start, or is in flight. */
    Histograms probe(long id, Slot slot, boolean bad, int millis, @Nullable Integer finished) {
        Instant end = finished == null ? null : START.plusMillis(finished);
        Instant began = end == null ? START.plusMillis(1000) : end.minusMillis(millis);
        sent.removeIf(request -> request.id() == id);
        sent.add(new ProbeRequest(id, slot, bad, began, end));
        return this;
    }

    /** From now on the log begins there. */
    Histograms logSince(int second) {
        complete = START.plusSeconds(second);
        return this;
    }

    Histograms read(int second) {
        Instant now = START.plusSeconds(second);
        return read(second, new Latency(now, skew, all(), ""));
    }

    Histograms read(int second, Latency latency) {
        Instant now = START.plusSeconds(second);
        ProbeLog log = new ProbeLog(complete, now, sent);
        Ledger.Taken taken = ledger.takeLatency(new Counters(GATEWAY, now, skew, counters(), latency), log, evidence);
        ledger = taken.next();
        taken.closed().ifPresent(closed -> {
            blocks.add(closed.users());
            possible.addAll(closed.possible());
        });
        return this;
    }

    List<Histogram> all() {
        List<Histogram> all = new ArrayList<>();
        histograms.forEach(
                (instance, slots) -> slots.forEach((slot, atMost) -> all.add(new Histogram(instance, slot, atMost))));
        return all;
    }

    private Map<Series, Long> counters() {
        Map<Series, Long> counters = new HashMap<>();
        histograms.keySet().forEach(instance -> counters.put(new Series(instance, Slot.A, false), 1L));
        return counters;
    }

    Optional<MeshBlock> weightsChange(int second) {
        Ledger.Taken taken = ledger.closeLatencyForWeightChange(GATEWAY, START.plusSeconds(second), evidence);
        ledger = taken.next();
        return taken.closed().map(ClosedBlock::users);
    }

    String trouble() {
        return ledger.latencyTrouble(GATEWAY);
    }

    String text() {
        StateWriter out = new StateWriter("v1");
        ledger.write(out);
        return out.finish();
    }

    /** The ledger is saved and read again. */
    Histograms saved() throws UnreadableState {
        ledger = Ledger.read(new StateReader(text(), "v1"), ledger.cohort(), Slot.A);
        return this;
    }
}
