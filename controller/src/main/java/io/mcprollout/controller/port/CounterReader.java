package io.mcprollout.controller.port;

import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Reads the cumulative counters of one mesh source that the administrator named, once for each call. */
public interface CounterReader {
    /** Reads what the order asks for; the stage never fails, blocks nobody, and ends within the deadline. */
    CompletionStage<Count> read(MeshOrder order, Duration deadline);

    /** Reads what the source remembers of both slots' requests; like {@link #read} in all else. A source without a memory has none. */
    default CompletionStage<Past> past(MeshOrder order, Duration deadline) {
        return CompletableFuture.completedFuture(new Past.None());
    }

    /** What a source remembers. */
    sealed interface Past {
        /**
         * Requests in single minutes, those without a request left out.
         *
         * @param until end of the last minute
         * @param minutes of each slot, oldest first
         */
        record Minutes(Instant until, Map<Slot, List<Tally>> minutes) implements Past {
            public Minutes {
                minutes = Map.copyOf(minutes);
            }
        }

        /** It keeps no past. */
        record None() implements Past {}

        /** The past could not be had; the cause is a sentence for people. */
        record Unknown(String cause) implements Past {}
    }

    /** What was read. */
    sealed interface Count {
        /**
         * Counters of both slots at every instance, zero ones included.
         *
         * @param at instant the values speak of
         * @param skew how far {@code at} may be off against the controller's clock, in both directions
         * @param counters by instance, slot and class
         * @param unattributed by instance, cumulative: failures of requests to the service of which the source does not tell the slot
         * @param latency of the requests that were answered
         * @param active requests under way by slot; absent: none, or the source does not tell
         */
        record Counted(
                Instant at,
                Duration skew,
                Map<Series, Long> counters,
                Map<String, Long> unattributed,
                Latency latency,
                Map<Slot, Long> active)
                implements Count {
            public Counted {
                counters = Map.copyOf(counters);
                unattributed = Map.copyOf(unattributed);
                active = Map.copyOf(active);
            }

            /** Of a source that does not tell what is under way. */
            public Counted(
                    Instant at,
                    Duration skew,
                    Map<Series, Long> counters,
                    Map<String, Long> unattributed,
                    Latency latency) {
                this(at, skew, counters, unattributed, latency, Map.of());
            }
        }

        /** Nothing could be read; the cause is a sentence for people with the fix where there is one. */
        record Failed(String cause) implements Count {}
    }
}
