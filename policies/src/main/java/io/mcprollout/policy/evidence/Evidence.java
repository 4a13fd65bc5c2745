package io.mcprollout.policy.evidence;

import java.time.Duration;
import java.time.Instant;

/** One observation of both versions over the same moments. */
public sealed interface Evidence {
    /** Name of the stream it belongs to: the probe's or the mesh source's name in the spec. */
    String stream();

    /**
     * Both versions probed at the same moment from the same place.
     *
     * @param sequence rises with each pair of the stream; a pair is consumed once
     * @param at when the pair was due
     */
    record ProbePair(String stream, long sequence, Instant at, Arm stable, Arm candidate) implements Evidence {
        /** Whether the pair says something: neither arm is the prober's own fault. */
        public boolean counts() {
            return !(stable.outcome() instanceof Outcome.ProberFault)
                    && !(candidate.outcome() instanceof Outcome.ProberFault);
        }

        /** Whether exactly one arm failed. */
        public boolean isDiscordant() {
            return counts() && stable.outcome() instanceof Outcome.Ok != candidate.outcome() instanceof Outcome.Ok;
        }
    }

    /**
     * User requests that the mesh counted for both versions in one window.
     *
     * @param from start, exclusive
     * @param to end, inclusive
     */
    record MeshBlock(String stream, Instant from, Instant to, Tally stable, Tally candidate) implements Evidence {
        /** A block that is this old closes, however few requests it holds. */
        public static final Duration LONGEST = Duration.ofSeconds(10);

        /** The same without the candidate's requests. */
        MeshBlock ofStable() {
            return new MeshBlock(stream, from, to, stable, Tally.NONE);
        }
    }
}
