package io.mcprollout.sandbox.kube.http;

import io.mcprollout.sandbox.kube.model.Call;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/** The faults that calls meet, planted by tests. */
public final class Faults {
    private final List<Planted> planted = new CopyOnWriteArrayList<>();

    /**
     * What a call meets.
     *
     * @param delay how long it waits first
     */
    record Blow(Duration delay, Optional<Fault> fault) {}

    /** One planted fault: counts the calls that match it and strikes some of them. */
    public final class Planted implements AutoCloseable {
        private final Predicate<Call> matching;
        private final Fault fault;
        private final long first;
        private final long last;
        private final AtomicLong matches = new AtomicLong();

        private Planted(Predicate<Call> matching, Fault fault, long first, long last) {
            this.matching = matching;
            this.fault = fault;
            this.first = first;
            this.last = last;
        }

        private boolean strikes(Call call) {
            if (!matching.test(call)) return false;
            long n = matches.incrementAndGet();
            return n >= first && n <= last;
        }

        /** How many calls matched so far, struck or not. */
        public long matches() {
            return matches.get();
        }

        /** Ends the fault. */
        @Override
        public void close() {
            planted.remove(this);
        }
    }

    /** Every matching call meets the fault. */
    public Planted always(Predicate<Call> matching, Fault fault) {
        return plant(matching, fault, 1, Long.MAX_VALUE);
    }

    /** The nth matching call (from 1) meets the fault, no other. */
    public Planted nth(long n, Predicate<Call> matching, Fault fault) {
        return plant(matching, fault, n, n);
    }

    /** The first so many matching calls meet the fault. */
    public Planted first(long count, Predicate<Call> matching, Fault fault) {
        return plant(matching, fault, 1, count);
    }

    private Planted plant(Predicate<Call> matching, Fault fault, long first, long last) {
        var fresh = new Planted(matching, fault, first, last);
        planted.add(fresh);
        return fresh;
    }

    /** Ends all faults. */
    public void clear() {
        planted.clear();
    }

    /** Calls with that verb on that resource and subresource ("" for the object itself); "*" stands for any. */
    public static Predicate<Call> on(String verb, String resource, String subresource) {
        return call ->
                fits(verb, call.verb()) && fits(resource, call.resource()) && fits(subresource, call.subresource());
    }

    private static boolean fits(String wanted, String actual) {
        return wanted.equals("*") || wanted.equals(actual);
    }

    Blow strike(Call call) {
        var delay = Duration.ZERO;
        Optional<Fault> worst = Optional.empty();
        for (var fault : planted) {
            if (!fault.strikes(call)) continue;
            if (fault.fault instanceof Fault.Delay d) delay = delay.plus(d.by());
            else if (worst.isEmpty()) worst = Optional.of(fault.fault);
        }
        return new Blow(delay, worst);
    }
}
