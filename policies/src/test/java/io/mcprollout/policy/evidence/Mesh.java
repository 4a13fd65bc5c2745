package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Reading.Counters;
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
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** A gateway whose counters a ledger reads, and a prober that sends requests through it. Slot a is stable. */
final class Mesh {
    static final String GATEWAY = "gateway";
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final Map<Series, Long> counters = new HashMap<>();
    final List<ProbeRequest> sent = new ArrayList<>();
    final List<MeshBlock> blocks = new ArrayList<>();
    Duration skew = Duration.ofMillis(100);
    Instant complete = START.minusSeconds(60);
    Ledger ledger = Ledger.of(new Cohort(new Revision("1-old"), new Revision("1-new")), Slot.A);
    ToDoubleFunction<MeshBlock> harm =
            block -> 10.0 * block.candidate().bad() - 10.0 * block.stable().bad();

    static MeshBlock block(int from, int to, long stableOk, long stableBad, long candidateOk, long candidateBad) {
        return new MeshBlock(
                GATEWAY,
                START.plusSeconds(from),
                START.plusSeconds(to),
                new Tally(stableOk, stableBad),
                new Tally(candidateOk, candidateBad));
    }

    /** Users send so many requests more. */
    Mesh users(long stableOk, long stableBad, long candidateOk, long candidateBad) {
        return counts("p1", Slot.A, false, stableOk)
                .counts("p1", Slot.A, true, stableBad)
                .counts("p1", Slot.B, false, candidateOk)
                .counts("p1", Slot.B, true, candidateBad);
    }

    /** An instance counts so many more. */
    Mesh counts(String instance, Slot slot, boolean bad, long more) {
        counters.merge(new Series(instance, slot, bad), more, Long::sum);
        return this;
    }

    /** The prober sent a request that ended then, or is in flight; whether it is counted is another matter. */
    Mesh probe(long id, Slot slot, boolean bad, @Nullable Integer finishedMillis) {
        Instant finished = finishedMillis == null ? null : START.plusMillis(finishedMillis);
        Instant began = finished == null ? START.plusMillis(1000) : finished.minusMillis(20);
        sent.removeIf(request -> request.id() == id);
        sent.add(new ProbeRequest(id, slot, bad, began, finished));
        return this;
    }

    /** The prober sent a request that ended then and is counted. */
    Mesh counted(long id, Slot slot, boolean bad, int finishedMillis) {
        return probe(id, slot, bad, finishedMillis).counts("p1", slot, bad, 1);
    }

    /** The gateway is read so many seconds after the start. */
    Mesh read(int second) {
        return read(GATEWAY, second);
    }

    Mesh read(String stream, int second) {
        Instant now = START.plusSeconds(second);
        ProbeLog log = new ProbeLog(complete, now, sent);
        Ledger.Taken taken = ledger.take(new Counters(stream, now, skew, counters), log, harm);
        ledger = taken.next();
        taken.closed().map(ClosedBlock::users).ifPresent(blocks::add);
        return this;
    }

    /** The weights change; what ended with that. */
    Optional<MeshBlock> weightsChange(int second) {
        Ledger.Taken taken = ledger.closeForWeightChange(GATEWAY, START.plusSeconds(second), harm);
        ledger = taken.next();
        return taken.closed().map(ClosedBlock::users);
    }

    /** The ledger is saved and read again. */
    void restart() throws UnreadableState {
        StateWriter out = new StateWriter("v1");
        ledger.write(out);
        ledger = Ledger.read(new StateReader(out.finish(), "v1"), ledger.cohort(), Slot.A);
    }
}
