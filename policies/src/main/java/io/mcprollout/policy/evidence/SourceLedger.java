package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Books of one mesh source.
 *
 * @param book baseline of its counters
 * @param last instant of the last reading; null before the first
 * @param skew of the last reading
 * @param open block since the last closing; null before the first reading
 * @param blindUntil no block that began before gives evidence, since the counters contradicted the prober's log; null for never
 * @param changed last change of weights; null for none
 * @param trouble why the last reading gave no evidence; empty when it did or may
 */
record SourceLedger(
        CounterBook book,
        @Nullable Instant last,
        Duration skew,
        @Nullable OpenBlock open,
        @Nullable Instant blindUntil,
        @Nullable Instant changed,
        String trouble) {
    private static final Duration BLIND = Duration.ofSeconds(10);
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");
    private static final Duration MOST_SKEW = Duration.ofHours(1);
    private static final int LONGEST_TROUBLE = 160;

    /** Nothing read yet. */
    static SourceLedger empty() {
        return new SourceLedger(CounterBook.empty(), null, Duration.ZERO, null, null, null, "");
    }

    /** What a reading or a change of weights made of the books, and the block that it closed. */
    record Entry(SourceLedger next, Optional<ClosedBlock> closed) {}

    /**
     * Books after one more reading.
     *
     * @param kind as what the source counts a request of the prober's
     */
    Entry take(
            Counters reading,
            ProbeLog log,
            Function<ProbeRequest, Counts> kind,
            Slot stable,
            ToDoubleFunction<MeshBlock> evidence) {
        String refusal = refusal(reading);
        if (!refusal.isEmpty()) {
            return new Entry(troubled(refusal), Optional.empty());
        }
        CounterBook.Increment increment = book.read(reading.counters());
        String gap = gap(log, reading, increment.leapt());
        if (open == null || !gap.isEmpty()) {
            return new Entry(baselineOnly(increment.next(), reading, blindUntil, gap), Optional.empty());
        }
        OpenBlock grown = open.with(increment.counts(), increment.whole(), reading.at(), reading.skew(), log, kind);
        if (!grown.isDue(reading.at(), stable)) {
            return new Entry(opened(increment.next(), reading, grown), Optional.empty());
        }
        if (grown.isImpossible()) {
            Instant until = reading.at().plus(BLIND);
            return new Entry(baselineOnly(increment.next(), reading, until, contradiction(grown)), Optional.empty());
        }
        if (isBlind(grown)) {
            return new Entry(baselineOnly(increment.next(), reading, blindUntil, trouble), Optional.empty());
        }
        OpenBlock.Closed closed = grown.close(reading.stream(), reading.at(), reading.skew(), stable, evidence);
        return new Entry(opened(increment.next(), reading, closed.next()), Optional.of(closed.block()));
    }

    /** Books after a change of weights: the block ends at its last reading, and what lies between that and the next one is dropped. */
    Entry weightChanged(String stream, Instant at, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        SourceLedger next = changedAt(at);
        if (open == null || last == null || !last.isAfter(open.from()) || spansChange()) {
            return new Entry(next, Optional.empty());
        }
        SourceLedger restarted =
                new SourceLedger(book, last, skew, OpenBlock.after(last, skew), blindUntil, at, trouble);
        if (open.isImpossible() || isBlind(open)) {
            return new Entry(restarted, Optional.empty());
        }
        return new Entry(
                restarted,
                Optional.of(open.close(stream, last, skew, stable, evidence).block()));
    }

    /** The same after something else changed that a reading must not span. */
    SourceLedger changedAt(Instant at) {
        return new SourceLedger(book, last, skew, open, blindUntil, at, trouble);
    }

    /** The same baseline without any evidence. */
    SourceLedger emptied() {
        OpenBlock anew = last == null ? null : OpenBlock.after(last, skew);
        return new SourceLedger(book, last, skew, anew, null, changed, "");
    }

    /** The same with a reason why the last reading gave nothing. */
    SourceLedger troubled(String reason) {
        String text = reason.length() > LONGEST_TROUBLE ? reason.substring(0, LONGEST_TROUBLE - 1) + "…" : reason;
        return new SourceLedger(book, last, skew, open, blindUntil, changed, text);
    }

    private String refusal(Counters reading) {
        if (reading.at().isBefore(EARLIEST) || reading.at().isAfter(LATEST)) {
            return refused(reading, "no clock shows this time");
        }
        if (last != null && !reading.at().isAfter(last)) {
            return refused(reading, "it is not after the one at " + last);
        }
        if (reading.skew().isNegative() || reading.skew().compareTo(MOST_SKEW) > 0) {
            return refused(reading, "its skew of " + reading.skew() + " is not within 0 s to 1 h");
        }
        for (Map.Entry<Reading.Series, Long> counter : reading.counters().entrySet()) {
            if (counter.getValue() < 0) {
                return refused(
                        reading, counter.getKey() + " is " + counter.getValue() + ", a counter is never negative");
            }
        }
        return "";
    }

    private static String refused(Counters reading, String why) {
        return "reading of " + reading.stream() + " at " + reading.at() + " refused: " + why;
    }

    private String gap(ProbeLog log, Counters reading, boolean leapt) {
        if (open == null) {
            return "";
        }
        if (leapt) {
            return "a counter of " + reading.stream() + " rose by more than a billion since " + last
                    + ", which cannot be: this reading is a baseline only";
        }
        if (log.since().isAfter(open.settled())) {
            return "the log of probes begins at " + log.since()
                    + ", after the last reading: this one is a baseline only";
        }
        return spansChange() ? "the weights changed since the last reading: this one is a baseline only" : "";
    }

    private boolean spansChange() {
        return last != null && changed != null && last.minus(skew).isBefore(changed);
    }

    private boolean isBlind(OpenBlock block) {
        return blindUntil != null && block.from().isBefore(blindUntil);
    }

    private static String contradiction(OpenBlock block) {
        return "the mesh counted " + block.raw() + " although the prober sent " + block.inside()
                + ": no evidence while this is so";
    }

    private SourceLedger opened(CounterBook nextBook, Counters reading, OpenBlock block) {
        return new SourceLedger(nextBook, reading.at(), reading.skew(), block, blindUntil, changed, "");
    }

    private SourceLedger baselineOnly(CounterBook nextBook, Counters reading, @Nullable Instant blind, String reason) {
        OpenBlock anew = OpenBlock.after(reading.at(), reading.skew());
        return new SourceLedger(nextBook, reading.at(), reading.skew(), anew, blind, changed, "").troubled(reason);
    }

    /** Appends the books. */
    void write(StateWriter out) {
        book.write(out);
        out.instant(last).duration(skew).flag(open != null);
        if (open != null) {
            open.write(out);
        }
        out.instant(blindUntil).instant(changed).text(trouble);
    }

    /** Reads what {@link #write} appended. */
    static SourceLedger read(StateReader in) throws UnreadableState {
        CounterBook book = CounterBook.read(in);
        Instant last = in.instantOrNone();
        Duration skew = in.duration();
        OpenBlock open = in.flag() ? OpenBlock.read(in) : null;
        return new SourceLedger(book, last, skew, open, in.instantOrNone(), in.instantOrNone(), in.text());
    }
}
