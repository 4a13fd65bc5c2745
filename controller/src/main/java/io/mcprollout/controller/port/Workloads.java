package io.mcprollout.controller.port;

import io.mcprollout.policy.rollout.Effect;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.Map;

/** The two Deployments and their pods. */
public interface Workloads {
    /**
     * Both slots as they are now; a Deployment that does not exist is a view without a revision.
     *
     * @param pods whether pods matter: they are watched from the first call that says so to the first that does not
     */
    Map<Slot, SlotView> observe(RolloutKey rollout, Setup setup, boolean pods);

    /** Sets the replicas of a slot's Deployment, unless somebody changed the Deployment just now; does nothing when it has them. */
    void scale(RolloutKey rollout, Setup setup, Slot slot, int replicas);

    /**
     * Copies the pod template of one slot into the other, but for selector and subset labels; does nothing when it is there.
     *
     * @param revision that was judged: a slot that has another one by now is not copied
     */
    void copyTemplate(RolloutKey rollout, Setup setup, Slot from, Slot to, Revision revision);

    /** Puts a template that a ReplicaSet still holds into a slot; does nothing when none does, or the slot has another by now. */
    void restoreTemplate(RolloutKey rollout, Setup setup, Effect.RestoreTemplate restore);
}
