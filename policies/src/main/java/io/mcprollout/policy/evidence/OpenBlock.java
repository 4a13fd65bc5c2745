package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/*
 * Which of the prober's requests are in the counters of a block? Those that surely ended between its two readings are; of those that ended
 * within the skew of a reading, or are in flight, nobody knows. The books are kept per slot and class: what is owed is taken off by all
 * means, now or, where the counters do not hold it, later; what is in doubt at the end is taken off now or is owed by the next block. So
 * each request is taken off once, and only the moment is chosen: the one with less evidence.
 */
/**
 * A block of the mesh that is not closed yet, and what of it is the prober's own.
 *
 * @param from when it began
 * @param settled requests that finished until then are in the books
 * @param hazy requests that finished until then may have been counted before the block began
 * @param loose whether nobody chose what became of the hazy ones, so that they may be taken off or not
 * @param raw increments of the counters
 * @param owed the prober's requests that are to be taken off; less than zero when more were taken off before
 * @param optional the prober's requests that may be in the counters or not
 * @param inside the prober's requests that must be in the counters
 * @param doubtful the prober's requests that the last reading may or may not hold
 * @param flying the prober's requests in flight at the last reading, as good ones
 */
record OpenBlock(
        Instant from,
        Instant settled,
        Instant hazy,
        boolean loose,
        Counts raw,
        Counts owed,
        Counts optional,
        Counts inside,
        Counts doubtful,
        Counts flying) {
    private static final int STABLE_PER_CANDIDATE = 4;

    /** A block that begins at a reading of which nothing is known but its baseline. */
    static OpenBlock after(Instant at, Duration skew) {
        Counts none = Counts.NONE;
        return new OpenBlock(at, at.minus(skew), at.plus(skew), true, none, none, none, none, none, none);
    }

    /** What a reading knows about one of the prober's requests. */
    private enum Standing {
        ELSEWHERE,
        FLYING,
        DOUBTFUL,
        OPTIONAL,
        OWED,
        INSIDE
    }

    /** With one more reading; {@code whole} as in {@link CounterBook.Increment}. */
    OpenBlock with(Counts added, boolean whole, Instant at, Duration skew, ProbeLog log) {
        Instant surely = at.minus(skew).isAfter(settled) ? at.minus(skew) : settled;
        Instant perhaps = at.plus(skew);
        Map<Standing, Counts> own = new EnumMap<>(Standing.class);
        for (ProbeRequest request : log.requests()) {
            own.merge(
                    standing(request, whole, surely, perhaps),
                    Counts.of(request.slot(), request.bad(), 1),
                    Counts::plus);
        }
        Function<Standing, Counts> all = standing -> own.getOrDefault(standing, Counts.NONE);
        Counts within = all.apply(Standing.INSIDE);
        return new OpenBlock(
                from,
                surely,
                hazy,
                loose,
                raw.plus(added),
                owed.plus(all.apply(Standing.OWED)).plus(within),
                optional.plus(all.apply(Standing.OPTIONAL)),
                inside.plus(within),
                all.apply(Standing.DOUBTFUL),
                all.apply(Standing.FLYING));
    }

    private Standing standing(ProbeRequest request, boolean whole, Instant surely, Instant perhaps) {
        Instant finished = request.finished();
        if (finished == null) {
            return request.sent().isAfter(perhaps) ? Standing.ELSEWHERE : Standing.FLYING;
        }
        if (finished.isAfter(perhaps) || !finished.isAfter(settled)) {
            return Standing.ELSEWHERE;
        }
        if (finished.isAfter(surely)) {
            return Standing.DOUBTFUL;
        }
        if (!whole || (loose && !finished.isAfter(hazy))) {
            return Standing.OPTIONAL;
        }
        return finished.isAfter(hazy) ? Standing.INSIDE : Standing.OWED;
    }

    /** Whether it may close at its last reading: by the number of requests or by its age, never by their outcome. */
    boolean isDue(Instant at, Slot stable) {
        long candidate = users(stable.other());
        return (candidate >= 1 && users(stable) >= STABLE_PER_CANDIDATE * candidate)
                || !at.isBefore(from.plus(MeshBlock.LONGEST));
    }

    private long users(Slot slot) {
        return raw.total(slot) - owed.total(slot);
    }

    /** Whether the counters hold less than the prober is known to have sent: then nobody can tell the users' requests apart. */
    boolean isImpossible() {
        return raw.minus(inside).least() < 0;
    }

    /**
     * The requests of users, and the block that begins where this one ends.
     *
     * @param block with the choice that gives the least evidence, and all other choices
     */
    record Closed(ClosedBlock block, OpenBlock next) {}

    /** Closes it at its last reading; {@code evidence} tells how much a block would weigh. */
    Closed close(String stream, Instant at, Duration skew, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        double least = Double.POSITIVE_INFINITY;
        MeshBlock chosen = null;
        Counts stillOwed = Counts.NONE;
        Set<MeshBlock> possible = new LinkedHashSet<>();
        for (Portion ofStable : portions(stable)) {
            for (Portion ofCandidate : portions(stable.other())) {
                MeshBlock users = new MeshBlock(stream, from, at, ofStable.users(), ofCandidate.users());
                double weight = evidence.applyAsDouble(users);
                possible.add(users);
                if (chosen == null || weight < least) {
                    least = weight;
                    chosen = users;
                    stillOwed = ofStable.owed(stable).plus(ofCandidate.owed(stable.other()));
                }
            }
        }
        ClosedBlock block = new ClosedBlock(Objects.requireNonNull(chosen), List.copyOf(possible));
        return new Closed(block, next(at, skew, stillOwed));
    }

    private OpenBlock next(Instant at, Duration skew, Counts stillOwed) {
        Counts none = Counts.NONE;
        return new OpenBlock(at, settled, at.plus(skew), false, none, stillOwed, none, none, none, none);
    }

    /** One way to take the prober's requests off a slot's counters. */
    private record Portion(Share ok, Share bad) {
        Tally users() {
            return new Tally(ok.users(), bad.users());
        }

        Counts owed(Slot slot) {
            return Counts.of(slot, false, ok.owed()).plus(Counts.of(slot, true, bad.owed()));
        }
    }

    /** What is left of one counter for users, and what is owed afterwards. */
    private record Share(long users, long owed) {
        /** Takes off what is owed, then the optional ones, then those of the future, each as far as the counter goes. */
        static Share of(long raw, long owed, long optional, long ahead) {
            long paid = Math.min(owed, raw);
            long rest = raw - paid;
            rest -= Math.min(optional, rest);
            long early = Math.min(ahead, rest);
            return new Share(rest - early, owed - paid - early);
        }
    }

    private Set<Portion> portions(Slot slot) {
        Set<Portion> portions = new LinkedHashSet<>();
        long inFlight = flying.total(slot);
        for (long optionalOk : noneOrAll(optional.ok(slot))) {
            for (long optionalBad : noneOrAll(optional.bad(slot))) {
                for (long aheadOk : noneOrAll(doubtful.ok(slot))) {
                    for (long aheadBad : noneOrAll(doubtful.bad(slot))) {
                        portions.add(portion(slot, optionalOk, optionalBad, aheadOk, aheadBad));
                        portions.add(portion(slot, optionalOk, optionalBad, aheadOk + inFlight, aheadBad));
                        portions.add(portion(slot, optionalOk, optionalBad, aheadOk, aheadBad + inFlight));
                    }
                }
            }
        }
        return portions;
    }

    private Portion portion(Slot slot, long optionalOk, long optionalBad, long aheadOk, long aheadBad) {
        return new Portion(
                Share.of(raw.ok(slot), owed.ok(slot), optionalOk, aheadOk),
                Share.of(raw.bad(slot), owed.bad(slot), optionalBad, aheadBad));
    }

    private static long[] noneOrAll(long count) {
        return count == 0 ? new long[] {0} : new long[] {0, count};
    }

    /** Appends the state. */
    void write(StateWriter out) {
        out.instant(from).instant(settled).instant(hazy).flag(loose);
        raw.write(out);
        owed.write(out);
        optional.write(out);
        inside.write(out);
        doubtful.write(out);
        flying.write(out);
    }

    /** Reads what {@link #write} appended. */
    static OpenBlock read(StateReader in) throws UnreadableState {
        return new OpenBlock(
                in.instant(),
                in.instant(),
                in.instant(),
                in.flag(),
                Counts.read(in),
                Counts.read(in),
                Counts.read(in),
                Counts.read(in),
                Counts.read(in),
                Counts.read(in));
    }
}
