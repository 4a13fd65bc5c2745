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

/** A ledger and the counters that it reads. Slot a is stable; readings have a skew of 100 ms. */
abstract class CountedMesh {
    static final String GATEWAY = "gateway";
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");
    static final Duration SKEW = Duration.ofMillis(100);
    static final Cohort COHORT = new Cohort(new Revision("1-old"), new Revision("1-new"));

    final Map<Series, Long> counters = new HashMap<>();
    final List<MeshBlock> blocks = new ArrayList<>();
    Ledger ledger = Ledger.of(COHORT, Slot.A);
    ProbeLog log = ProbeLog.startingAt(START.minusSeconds(60));

    void count(String instance, long stableOk, long stableBad, long candidateOk, long candidateBad) {
        counters.merge(new Series(instance, Slot.A, false), stableOk, Long::sum);
        counters.merge(new Series(instance, Slot.A, true), stableBad, Long::sum);
        counters.merge(new Series(instance, Slot.B, false), candidateOk, Long::sum);
        counters.merge(new Series(instance, Slot.B, true), candidateBad, Long::sum);
    }

    void read(int second) {
        Ledger.Taken taken = ledger.take(new Counters(GATEWAY, at(second), SKEW, counters), log, CountedMesh::harm);
        ledger = taken.next();
        taken.closed().map(ClosedBlock::users).ifPresent(blocks::add);
    }

    static Instant at(int second) {
        return START.plusSeconds(second);
    }

    /** The candidate's failures speak for harm, stable's against it, good requests of the candidate a little against it. */
    static double harm(MeshBlock block) {
        return 10.0 * block.candidate().bad()
                - 10.0 * block.stable().bad()
                - block.candidate().ok();
    }
}
