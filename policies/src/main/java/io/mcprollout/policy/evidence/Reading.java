package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a mesh source answered when it was asked for its raw counters. */
public sealed interface Reading {
    /** Name of the stream. */
    String stream();

    /** When it was asked. */
    Instant at();

    /**
     * One cumulative counter.
     *
     * @param instance process that counts (a gateway pod and its start), so that a restart is a new series
     * @param slot version whose requests it counts
     * @param bad whether it counts failures
     */
    record Series(String instance, Slot slot, boolean bad) {}

    /**
     * How long the answered requests of one slot took, as one process counted them.
     *
     * @param atMost cumulative counters by upper bound in milliseconds, rising, the last one being infinite
     */
    record Histogram(String instance, Slot slot, SortedMap<Double, Long> atMost) {
        public Histogram {
            atMost = Collections.unmodifiableSortedMap(new TreeMap<>(atMost));
        }
    }

    /**
     * Latency of answered requests, without those that failed.
     *
     * @param at instant the values speak of: a gateway may show them later than its counters
     * @param skew how far {@code at} may be off against the prober's clock, in both directions
     * @param histograms one for each instance and slot that answered anything; without any, {@code lacking} says why
     * @param lacking why there are none, as a sentence for people; else empty
     */
    record Latency(Instant at, Duration skew, List<Histogram> histograms, String lacking) {
        public Latency {
            histograms = List.copyOf(histograms);
        }

        /** None, and why. */
        public static Latency none(String lacking) {
            return new Latency(Instant.EPOCH, Duration.ZERO, List.of(), lacking);
        }
    }

    /**
     * Raw cumulative counters at one instant; a series that is absent is zero if another of its instance is there.
     *
     * @param at instant the values speak of: requests that ended before it are in them
     * @param skew how far {@code at} may be off against the prober's clock, in both directions
     * @param counters value of each series, not negative
     * @param latency of the same requests
     * @param active requests under way by slot; absent: none, or the source does not tell
     */
    record Counters(
            String stream,
            Instant at,
            Duration skew,
            Map<Series, Long> counters,
            Latency latency,
            Map<Slot, Long> active)
            implements Reading {
        private static final Latency UNTOLD = Latency.none("the source does not tell how long requests take");

        public Counters {
            counters = Map.copyOf(counters);
            active = Map.copyOf(active);
        }

        /** Counters of a source that does not tell what is under way. */
        public Counters(String stream, Instant at, Duration skew, Map<Series, Long> counters, Latency latency) {
            this(stream, at, skew, counters, latency, Map.of());
        }

        /** Counters of a source that knows nothing of latency. */
        public Counters(String stream, Instant at, Duration skew, Map<Series, Long> counters) {
            this(stream, at, skew, counters, UNTOLD);
        }
    }

    /**
     * What a source remembers of the time before the attempt.
     *
     * @param at end of the last minute
     * @param minutes requests of each slot in single minutes, oldest first, those without a request left out
     */
    record Past(String stream, Instant at, Map<Slot, List<Tally>> minutes) implements Reading {
        public Past {
            minutes = Map.copyOf(minutes);
        }
    }

    /** No counters could be had; says nothing about any version. */
    record Unreadable(String stream, Instant at, String cause) implements Reading {}
}
