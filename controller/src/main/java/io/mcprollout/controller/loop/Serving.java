package io.mcprollout.controller.loop;

import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Slot;
import java.util.Map;
import java.util.Optional;

/**
 * Of which revisions the pods are that serve.
 *
 * @param pure whether all are of the two that are compared
 * @param settled whether nothing about either Deployment is changing as well
 * @param stablePure whether all of stable's are of one revision, whichever that is
 */
record Serving(boolean pure, boolean settled, boolean stablePure) {
    static final Serving UNKNOWN = new Serving(false, false, false);

    static Serving of(Run run, Map<Slot, SlotView> slots) {
        SlotView stable = slots.getOrDefault(run.stable(), SlotView.absent(""));
        SlotView candidate = slots.getOrDefault(run.stable().other(), SlotView.absent(""));
        boolean pure = stable.isPure()
                && candidate.isPure()
                && stable.revision().equals(Optional.of(run.cohort().stable()))
                && candidate.revision().equals(Optional.of(run.cohort().candidate()));
        return new Serving(pure, pure && stable.isSettled() && candidate.isSettled(), stable.isPure());
    }
}
