package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.util.List;

/**
 * What is fixed before the first observation of an attempt, so that every bound of the comparison holds.
 *
 * @param cohort revisions that are compared
 * @param stable slot that plays stable; the other one is the candidate's
 * @param numbers of the policy, frozen
 * @param streams where evidence comes from
 * @param steps weights of the plan, above zero: one certificate is kept for each
 * @param restart how often evidence of this revision was started before: the bounds are divided by 2 to this power
 */
public record Design(Cohort cohort, Slot stable, Numbers numbers, Streams streams, List<Weight> steps, int restart) {
    public Design {
        steps = steps.stream().distinct().sorted().toList();
        if (steps.isEmpty() || steps.getFirst().percent() == 0) {
            throw new IllegalArgumentException("steps must name at least one weight, each above 0, but are " + steps);
        }
        if (restart < 0 || restart > 30) {
            throw new IllegalArgumentException("restart must be 0..30 but is " + restart);
        }
    }
}
