package io.mcprollout.it.kube;

import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.SlotMemory;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;

/** A store of rollouts, and what may be in it. */
abstract class StoreBed {
    static final Revision NEW = new Revision("1-new");

    final KubeBed bed = new KubeBed();

    @AfterEach
    void stop() {
        bed.close();
    }

    static Rollout in(RolloutState state, List<Revision> condemned) {
        return new Rollout(
                Slot.A,
                Map.of(
                        Slot.A,
                                new SlotMemory(
                                        java.util.Optional.empty(),
                                        1,
                                        java.util.Optional.empty(),
                                        "stable",
                                        java.util.Optional.empty(),
                                        java.util.Set.of(),
                                        false),
                        Slot.B,
                                new SlotMemory(
                                        java.util.Optional.empty(),
                                        2,
                                        java.util.Optional.empty(),
                                        "canary",
                                        java.util.Optional.empty(),
                                        java.util.Set.of(),
                                        false)),
                4,
                condemned,
                List.of(),
                Map.of(NEW, 1),
                io.mcprollout.policy.rollout.Contest.NONE,
                java.util.Optional.empty(),
                state);
    }
}
