package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.Revision;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Sessions that stay on a slot when new ones go to the other.
 *
 * @param pin which
 * @param revision that they were begun with
 * @param adopts whether sessions without a tag are among them
 * @param since when new sessions stopped coming
 * @param quiet how long nothing may have been asked of the slot for them to count as over
 * @param until when they are waited for no longer
 */
public record Drain(
        Pin pin, Optional<Revision> revision, boolean adopts, Instant since, Duration quiet, Instant until) {
    /** Those of a slot that new sessions leave now. */
    static Drain of(Pin pin, Optional<Revision> revision, boolean adopts, SessionPlan plan, Instant now) {
        return new Drain(pin, revision, adopts, now, plan.quiet(), now.plus(plan.deadline()));
    }

    /** The same sessions, answered that they are over. */
    Drain end() {
        return pin.ended() ? this : new Drain(pin.end(), revision, adopts, since, quiet, until);
    }

    /** Whether nothing has been asked of the slot for long enough. */
    boolean isQuiet(Observation seen) {
        return seen.quietSince(pin.slot())
                .map(quietSince -> quietSince.isAfter(since) ? quietSince : since)
                .filter(from -> !seen.now().isBefore(from.plus(quiet)))
                .isPresent();
    }

    /** Whether they are waited for no longer. */
    boolean isLate(Instant now) {
        return !now.isBefore(until);
    }
}
