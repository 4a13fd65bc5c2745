package io.mcprollout.policy.rollout;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.time.Instant;
import java.util.Set;

/**
 * One attempt to roll one revision out.
 *
 * @param plan frozen
 * @param cohort the two revisions compared
 * @param attempt counts up over the life of the McpRollout
 * @param restart how often evidence was begun anew for this candidate revision; 0 the first time
 * @param stablePin incarnation of the stable slot
 * @param candidatePin incarnation of the candidate's slot
 * @param startedAt when it began
 * @param stableAtStart ready pods of stable then
 */
public record Run(
        Plan plan,
        Cohort cohort,
        int attempt,
        int restart,
        PinId stablePin,
        PinId candidatePin,
        Instant startedAt,
        int stableAtStart) {
    /** The same attempt with evidence begun anew, for the time that {@code restart} says. */
    Run again(int restart, Instant now) {
        return new Run(plan, cohort, attempt, restart, stablePin, candidatePin, now, stableAtStart);
    }

    /** The revision that is rolled out. */
    public Revision revision() {
        return cohort.candidate();
    }

    /** The slot that is stable in this attempt. */
    public Slot stable() {
        return stablePin.slot();
    }

    /** The plan in which the candidate has this share and both versions can be probed. */
    public TrafficPlan traffic(Weight candidate) {
        return new TrafficPlan(new Split(stable(), candidate), Set.of(stablePin, candidatePin));
    }

    /** The plan without any trace of the rollout: stable has everything, no probe rule is left. */
    public TrafficPlan ended() {
        return new TrafficPlan(Split.allStable(stable()), Set.of());
    }
}
