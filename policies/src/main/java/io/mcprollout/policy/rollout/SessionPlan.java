package io.mcprollout.policy.rollout;

import java.time.Duration;

/**
 * What is done about sessions; frozen with the plan.
 *
 * @param pinning how they are kept on the version that minted them
 * @param byGateway whether the whole route is the controller's, so that a gateway's script can pin them
 * @param quiet how long nothing may have been asked of a version for its sessions to count as over
 * @param deadline how long they are waited for at most
 * @param endedOnRollback whether those of a version that goes back are ended at once
 */
public record SessionPlan(
        Pinning pinning, boolean byGateway, Duration quiet, Duration deadline, boolean endedOnRollback) {
    private static final Duration USUAL_QUIET = Duration.ofMinutes(5);
    private static final Duration USUAL_DEADLINE = Duration.ofHours(1);

    /** As it is when nothing is said: kept where it can be, and waited for. */
    public static final SessionPlan USUAL = new SessionPlan(Pinning.AUTO, false, USUAL_QUIET, USUAL_DEADLINE, false);

    /** How sessions are kept. */
    public enum Pinning {
        /** By whatever the versions' ids carry. */
        AUTO,
        /** Servers begin the ids they mint with their pod-template-hash. */
        SERVER_MINTED,
        /** A script at the gateway puts the incarnation into the ids. */
        GATEWAY,
        /** They are not: the user accepts that they break. */
        NONE
    }

    public SessionPlan {
        if (quiet.isNegative() || deadline.isNegative()) {
            throw new IllegalArgumentException("sessions.drain.quiet and sessions.drain.deadline must not be negative");
        }
    }

    /** Whether sessions keep their version. */
    public boolean keeps() {
        return pinning != Pinning.NONE;
    }
}
