package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Prober;
import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Ledger;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Counters;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Since when users have asked nothing of each version, as the mesh counted, without the prober's own requests. Immutable.
 *
 * @param ledger of all that the mesh counted, for roles that mean nothing here
 * @param log the prober's requests
 * @param heard what each source told
 */
record Usage(Ledger ledger, ProbeLog log, Map<String, Heard> heard) {
    /* Nobody waits longer for an answer that never came. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);
    /* Two blocks and a reading: a source that says nothing for longer is not known to be quiet. */
    private static final Duration FRESH = MeshBlock.LONGEST.multipliedBy(3);
    private static final Slot STABLE = Slot.A;

    /**
     * What one source told.
     *
     * @param until end of the last block
     * @param quiet since when it counted nothing to a slot, without a gap
     */
    record Heard(Instant until, Map<Slot, Instant> quiet) {
        Heard {
            quiet = Map.copyOf(quiet);
        }

        /** With these slots at work at that moment. */
        Heard busy(Set<Slot> slots, Instant at) {
            if (slots.isEmpty()) {
                return this;
            }
            Map<Slot, Instant> next = new EnumMap<>(quiet);
            slots.forEach(slot -> next.put(slot, at));
            return new Heard(until, next);
        }
    }

    Usage {
        heard = Map.copyOf(heard);
    }

    /** Nothing heard yet. */
    static Usage start(Instant now) {
        Revision any = new Revision("any");
        return new Usage(Ledger.of(new Cohort(any, any), STABLE), ProbeLog.startingAt(now), Map.of());
    }

    /** With what was seen since the last look. */
    Usage with(Optional<Prober.Seen> probes, List<Reading> readings, Instant now) {
        ProbeLog nextLog =
                probes.map(seen -> log.plus(seen.requests(), seen.since(), now)).orElseGet(() -> silent(now));
        Ledger next = ledger;
        Map<String, Heard> nextHeard = new HashMap<>(heard);
        for (Reading reading : readings) {
            if (reading instanceof Counters counters) {
                Ledger.Taken taken = next.take(counters, nextLog, Usage::requests);
                next = taken.next();
                taken.closed()
                        .map(ClosedBlock::users)
                        .ifPresent(block ->
                                nextHeard.merge(block.stream(), first(block), (before, first) -> after(before, block)));
                Set<Slot> underWay = underWay(counters, nextLog);
                nextHeard.computeIfPresent(counters.stream(), (stream, told) -> told.busy(underWay, counters.at()));
            }
        }
        return new Usage(next, nextLog.from(next.probesNeededSince()), nextHeard);
    }

    /** Slots at which users' requests are not answered to the end yet, as far as the source tells. */
    private static Set<Slot> underWay(Counters counters, ProbeLog log) {
        Set<Slot> slots = EnumSet.noneOf(Slot.class);
        counters.active().forEach((slot, active) -> {
            long own = log.requests().stream()
                    .filter(request -> request.slot() == slot && isUnderWay(request, counters))
                    .count();
            if (active > own) {
                slots.add(slot);
            }
        });
        return slots;
    }

    private static boolean isUnderWay(ProbeRequest request, Counters counters) {
        Instant finished = request.finished();
        return !request.sent().isAfter(counters.at().plus(counters.skew()))
                && (finished == null || !finished.isBefore(counters.at().minus(counters.skew())));
    }

    /* No probe is made any more: what is known of the last ones is all there is. */
    private ProbeLog silent(Instant now) {
        Instant oldest = now.minus(FORGOTTEN);
        List<ProbeRequest> known = log.requests().stream()
                .filter(request -> request.finished() != null || request.sent().isAfter(oldest))
                .toList();
        return new ProbeLog(log.since(), now, known);
    }

    private static double requests(MeshBlock block) {
        return (double) block.stable().total() + block.candidate().total();
    }

    private static long requests(MeshBlock block, Slot slot) {
        return (slot == STABLE ? block.stable() : block.candidate()).total();
    }

    private static Heard first(MeshBlock block) {
        Map<Slot, Instant> quiet = new EnumMap<>(Slot.class);
        for (Slot slot : Slot.values()) {
            quiet.put(slot, requests(block, slot) > 0 ? block.to() : block.from());
        }
        return new Heard(block.to(), quiet);
    }

    private static Heard after(Heard before, MeshBlock block) {
        boolean gap = block.from().isAfter(before.until);
        Heard first = first(block);
        Map<Slot, Instant> quiet = new EnumMap<>(first.quiet);
        for (Slot slot : Slot.values()) {
            if (!gap && requests(block, slot) == 0) {
                quiet.put(slot, before.quiet.getOrDefault(slot, block.from()));
            }
        }
        return new Heard(block.to(), quiet);
    }

    /** Since when nothing was asked of each slot; a slot is absent when any of the sources does not know. */
    Map<Slot, Instant> quiet(Collection<String> sources, Instant now) {
        List<Heard> fresh = sources.stream()
                .flatMap(source -> Optional.ofNullable(heard.get(source)).stream())
                .filter(told -> !told.until().plus(FRESH).isBefore(now))
                .toList();
        Map<Slot, Instant> quiet = new EnumMap<>(Slot.class);
        boolean known = !sources.isEmpty() && fresh.size() == sources.size();
        for (Slot slot : known ? Slot.values() : new Slot[0]) {
            fresh.stream()
                    .map(told -> told.quiet().getOrDefault(slot, now))
                    .max(Instant::compareTo)
                    .ifPresent(since -> quiet.put(slot, since));
        }
        return quiet;
    }
}
