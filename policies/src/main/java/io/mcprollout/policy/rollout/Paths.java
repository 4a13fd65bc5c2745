package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Ways by which requests reach the candidate past the managed routes, or by them and without a probe; each a sentence with the way out.
 *
 * @param open ways that an object of the cluster lays
 * @param possible ways that are there for whoever takes them, or that could not be looked for
 * @param unprobed entry points of the managed routes that no probe comes by
 * @param outside requests that took one; empty when none was counted lately
 * @param deaf whether it is too early to know of such requests
 */
public record Paths(
        List<String> open, List<String> possible, List<String> unprobed, Optional<Outside> outside, boolean deaf) {
    /** For how long no request must have come past the routes. */
    public static final Duration QUIET = Duration.ofMinutes(2);

    /** None was found. */
    public static final Paths NONE = new Paths(List.of(), List.of(), List.of());

    private static final int MOST_TOLD = 3;

    /** What objects of the cluster show. */
    public Paths(List<String> open, List<String> possible, List<String> unprobed) {
        this(open, possible, unprobed, Optional.empty(), false);
    }

    public Paths {
        open = List.copyOf(open);
        possible = List.copyOf(possible);
        unprobed = List.copyOf(unprobed);
    }

    /** The same with what was counted. */
    public Paths with(Optional<Outside> counted, boolean early) {
        return new Paths(open, possible, unprobed, counted, early);
    }

    /** Whether the candidate has had no users yet by its weight: later, what comes past the routes cannot be told from them. */
    public static boolean matterTo(RolloutState state) {
        return switch (state) {
            case RolloutState.Preparing ignored -> true;
            case RolloutState.Blocked ignored -> true;
            case RolloutState.AwaitingApproval awaiting -> awaiting.weight().equals(Weight.NONE);
            default -> false;
        };
    }

    /** Whether nothing leads past the routes. */
    public boolean isClear() {
        return open.isEmpty() && possible.isEmpty() && outside.isEmpty();
    }

    /** Some of the sentences, and how many there are more. */
    public static String told(List<String> sentences) {
        int more = sentences.size() - MOST_TOLD;
        String told = RolloutPolicy.list(sentences.subList(0, Math.min(MOST_TOLD, sentences.size())));
        return more > 0 ? told + "; and " + more + " more" : told;
    }

    /**
     * Requests to the candidate, while it had no weight, that no probe sent.
     *
     * @param source name of the mesh source that counted them
     * @param requests in the last {@link #QUIET}
     */
    public record Outside(String source, long requests) {
        /** It as a sentence. */
        public String sentence(String deployment) {
            return source + " counted " + requests + (requests == 1 ? " request" : " requests") + " to " + deployment
                    + " in the last " + QUIET.toMinutes()
                    + "m, although it has no weight and no probe sent them: somebody"
                    + " calls its Service past the managed routes; bind the VirtualService to the gateway by which they"
                    + " come (mesh, with the Service's host, for callers inside the mesh), or accept it with"
                    + " spec.traffic.allowUncontrolled: true";
        }
    }
}
