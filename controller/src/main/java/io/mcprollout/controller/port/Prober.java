package io.mcprollout.controller.port;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.PinId;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Probes both versions at the same moments, in random order, and remembers what it saw until it is asked. */
public interface Prober {
    /** Probes exactly these from now on; idempotent; an empty list stops. Pairs of orders that changed are forgotten, unless only the interval or the sessions did. */
    void pace(RolloutKey rollout, List<ProbeOrder> orders);

    /** What is wrong with probes before any is made, each with its field and the fix; empty when nothing is. */
    default List<Problem> check(List<ProbeSpec> probes) {
        return List.of();
    }

    /** The pairs that finished since the last call, in the order in which they were due, and the traffic they caused. */
    Seen drain(RolloutKey rollout, Instant now);

    /**
     * What was seen.
     *
     * @param pairs finished pairs, by stream and sequence
     * @param requests every request in flight or finished since the last but one call
     * @param since from when on the log of requests is complete; later than the last call after a restart
     * @param sessions the last test of each stream whether sessions stay where they were minted; only tests of the present orders
     * @param echoes what the last answer to a probe of each stream said of the plan that the gateway follows, empty text if nothing; only streams that were answered
     * @param natural how often, since the last call, weights chose each incarnation for an {@code initialize} that no probe rule knew; only where that can be told
     */
    record Seen(
            List<ProbePair> pairs,
            List<ProbeRequest> requests,
            Instant since,
            Map<String, PinTest> sessions,
            Map<String, String> echoes,
            Map<PinId, Integer> natural) {
        public Seen {
            pairs = List.copyOf(pairs);
            requests = List.copyOf(requests);
            sessions = Map.copyOf(sessions);
            echoes = Map.copyOf(echoes);
            natural = Map.copyOf(natural);
        }

        /** One that asked for no session without a probe rule. */
        public Seen(
                List<ProbePair> pairs,
                List<ProbeRequest> requests,
                Instant since,
                Map<String, PinTest> sessions,
                Map<String, String> echoes) {
            this(pairs, requests, since, sessions, echoes, Map.of());
        }

        /** Pairs alone. */
        public Seen(List<ProbePair> pairs, List<ProbeRequest> requests, Instant since) {
            this(pairs, requests, since, Map.of(), Map.of());
        }
    }
}
