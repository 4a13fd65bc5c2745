package io.mcprollout.policy.evidence;

import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
 * each request is taken off once, and only the moment is chosen: the one with less evidence. So is the class of those that may be of either:
 * requests in flight, and those that took the prober so long that the mesh may have found them slow or not.
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
        Counts doubtful) {
    private static final int STABLE_PER_CANDIDATE = 4;
    private static final boolean[] EITHER_WAY = {false, true};
    private static final boolean[] ONE_WAY = {false};

    /** A block that begins at a reading of which nothing is known but its baseline. */
    static OpenBlock after(Instant at, Duration skew) {
        Counts none = Counts.NONE;
        return new OpenBlock(at, at.minus(skew), at.plus(skew), true, none, none, none, none, none);
    }

    /** What a reading knows about one of the prober's requests. */
    private enum Standing {
        ELSEWHERE,
        DOUBTFUL,
        OPTIONAL,
        OWED,
        INSIDE
    }

    /**
     * With one more reading.
     *
     * @param whole as in {@link CounterBook.Increment}
     * @param kind as what the mesh counts a request of the prober's
     */
    OpenBlock with(
            Counts added, boolean whole, Instant at, Duration skew, ProbeLog log, Function<ProbeRequest, Counts> kind) {
        Instant surely = at.minus(skew).isAfter(settled) ? at.minus(skew) : settled;
        Instant perhaps = at.plus(skew);
        Map<Standing, Counts> sent = new EnumMap<>(Standing.class);
        for (ProbeRequest request : log.requests()) {
            sent.merge(standing(request, whole, surely, perhaps), kind.apply(request), Counts::plus);
        }
        Function<Standing, Counts> all = wanted -> sent.getOrDefault(wanted, Counts.NONE);
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
                all.apply(Standing.DOUBTFUL));
    }

    private Standing standing(ProbeRequest request, boolean whole, Instant surely, Instant perhaps) {
        Instant finished = request.finished();
        if (finished == null) {
            return request.sent().isAfter(perhaps) ? Standing.ELSEWHERE : Standing.DOUBTFUL;
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
        return !raw.holds(inside);
    }

    /**
     * The requests of users, and the block that begins where this one ends.
     *
     * @param block with the choice that gives the least evidence, and all other choices
     */
    record Closed(ClosedBlock block, OpenBlock next) {}

    /** Closes it at its last reading; {@code evidence} tells how much a block would weigh. */
    Closed close(String stream, Instant at, Duration skew, Slot stable, ToDoubleFunction<MeshBlock> evidence) {
        Set<Portion> ofStables = portions(stable);
        Set<Portion> ofCandidates = portions(stable.other());
        boolean choice = ofStables.size() > 1 || ofCandidates.size() > 1;
        double least = Double.POSITIVE_INFINITY;
        MeshBlock chosen = null;
        Counts stillOwed = Counts.NONE;
        Set<MeshBlock> possible = new LinkedHashSet<>();
        for (Portion ofStable : ofStables) {
            for (Portion ofCandidate : ofCandidates) {
                MeshBlock users = new MeshBlock(stream, from, at, ofStable.users(), ofCandidate.users());
                double weight = possible.add(users) && choice ? evidence.applyAsDouble(users) : least;
                if (chosen == null || weight < least) {
                    least = weight;
                    chosen = users;
                    stillOwed = ofStable.owed().plus(ofCandidate.owed());
                }
            }
        }
        ClosedBlock block = new ClosedBlock(Objects.requireNonNull(chosen), List.copyOf(possible));
        return new Closed(block, next(at, skew, stillOwed));
    }

    private OpenBlock next(Instant at, Duration skew, Counts stillOwed) {
        Counts none = Counts.NONE;
        return new OpenBlock(at, settled, at.plus(skew), false, none, stillOwed, none, none, none);
    }

    /** What is left of a slot's counters for users, and what is owed afterwards. */
    private record Portion(Tally users, Counts owed) {}

    private Set<Portion> portions(Slot slot) {
        boolean either = owed.either(slot) != 0 || optional.either(slot) != 0 || doubtful.either(slot) != 0;
        if (!either && optional.isNone(slot) && doubtful.isNone(slot)) {
            return Set.of(portion(slot, false, Counts.NONE, Counts.NONE));
        }
        Set<Portion> portions = new LinkedHashSet<>();
        for (boolean asBad : either ? EITHER_WAY : ONE_WAY) {
            for (Counts now : someOf(optional, slot)) {
                for (Counts ahead : someOf(doubtful, slot)) {
                    portions.add(portion(slot, asBad, now, ahead));
                }
            }
        }
        return portions;
    }

    /* Takes off what is owed, then the optional ones, then those of the future, each as far as the counters go. */
    private Portion portion(Slot slot, boolean asBad, Counts now, Counts ahead) {
        Part all = new Part(raw.ok(slot), raw.bad(slot));
        Part debt = new Part(owed.ok(slot), owed.bad(slot));
        Part paid = all.most(debt);
        Part left = all.minus(paid);
        Part preferred = left.most(Part.of(owed.either(slot), asBad));
        left = left.minus(preferred);
        long either = owed.either(slot) - preferred.total();
        Part other = left.most(Part.of(either, !asBad));
        left = left.minus(other);
        left = left.minus(left.most(new Part(now.ok(slot), now.bad(slot))));
        left = left.minus(left.most(Part.of(now.either(slot), asBad)));
        Part early = left.most(new Part(ahead.ok(slot), ahead.bad(slot)));
        left = left.minus(early);
        Part earlyEither = left.most(Part.of(ahead.either(slot), asBad));
        left = left.minus(earlyEither);
        Part later = debt.minus(paid).minus(early).minus(earlyEither);
        return new Portion(new Tally(left.ok, left.bad), Counts.of(slot, later.ok, later.bad, either - other.total()));
    }

    /** Requests of one slot. */
    private record Part(long ok, long bad) {
        static Part of(long count, boolean asBad) {
            return new Part(asBad ? 0 : count, asBad ? count : 0);
        }

        /** As many of those wanted as there are here. */
        Part most(Part wanted) {
            return new Part(Math.min(wanted.ok, ok), Math.min(wanted.bad, bad));
        }

        Part minus(Part others) {
            return new Part(ok - others.ok, bad - others.bad);
        }

        long total() {
            return ok + bad;
        }
    }

    /* None or all of each kind. */
    private static List<Counts> someOf(Counts counts, Slot slot) {
        List<Counts> some = new ArrayList<>();
        for (long ok : noneOrAll(counts.ok(slot))) {
            for (long bad : noneOrAll(counts.bad(slot))) {
                for (long either : noneOrAll(counts.either(slot))) {
                    some.add(Counts.of(slot, ok, bad, either));
                }
            }
        }
        return some;
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
                Counts.read(in));
    }
}
