package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What must be true next.
 *
 * @param next what is remembered from now on
 * @param traffic what the routes must say; its split is part of every decision
 * @param act what to do about the routes
 * @param pacing how fast evidence must come
 * @param effects what else is to be done
 * @param rationale why, for people
 */
public record Decision(
        Rollout next, TrafficPlan traffic, Act act, Pacing pacing, List<Effect> effects, Rationale rationale) {
    public Decision {
        effects = List.copyOf(effects);
    }

    /** What to do about the routes. */
    public enum Act {
        /** Make them what the traffic plan says. */
        HOLD,
        /** Write nothing. */
        LEAVE,
        /** Take the controller's own rules away, leave the weights, and let the resource go. */
        RELEASE,
        /** Write nothing, and let the resource go. */
        DROP
    }

    /**
     * How fast evidence must come.
     *
     * @param pairs between probe pairs; empty: no probes
     * @param scrapes between readings of the mesh; empty: none
     */
    public record Pacing(Optional<Duration> pairs, Optional<Duration> scrapes) {
        /** No evidence is needed. */
        public static final Pacing NONE = new Pacing(Optional.empty(), Optional.empty());
    }

    /**
     * Why, what is awaited, until when, and what happens then.
     *
     * @param reason CamelCase, API
     * @param message one sentence
     * @param until when the waiting ends at the latest; empty when nothing is awaited or only a person can end it
     * @param then what happens at that time, or who can end it; empty when nothing is awaited
     */
    public record Rationale(String reason, String message, Optional<Instant> until, String then) {
        /** Nothing is awaited. */
        public static Rationale of(String reason, String message) {
            return new Rationale(reason, message, Optional.empty(), "");
        }

        /** With something more to be said. */
        Rationale and(String more) {
            return new Rationale(reason, message + "; " + more, until, then);
        }
    }
}
