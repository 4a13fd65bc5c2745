package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

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
     * Raw cumulative counters at one instant; a series that is absent is zero if another of its instance is there.
     *
     * @param at instant the values speak of: requests that ended before it are in them
     * @param skew how far {@code at} may be off against the prober's clock, in both directions
     * @param counters value of each series, not negative
     */
    record Counters(String stream, Instant at, Duration skew, Map<Series, Long> counters) implements Reading {
        public Counters {
            counters = Map.copyOf(counters);
        }
    }

    /** No counters could be had; says nothing about any version. */
    record Unreadable(String stream, Instant at, String cause) implements Reading {}
}
