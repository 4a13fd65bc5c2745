package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import java.util.List;
import java.util.Optional;

/** What is decided while nothing may be written. */
final class HandsOff {
    private HandsOff() {}

    /** What would be done, as a sentence, and nothing done; only what time does to clocks, and adoption, which writes nothing, go on. */
    static Decision observe(Rollout before, Observation seen, Decision wanted) {
        boolean harmless = before.state() instanceof Initializing
                || (before.isSameMoment(wanted.next()) && wanted.effects().isEmpty());
        String message = "spec.mode is Observe, nothing is written; else: "
                + wanted.rationale().message();
        return new Decision(
                harmless ? wanted.next() : before,
                wanted.traffic(),
                seen.deleting() ? Act.DROP : Act.LEAVE,
                wanted.pacing(),
                List.of(),
                new Rationale("Observe", message, Optional.empty(), "carried out when spec.mode is Active"));
    }

    /** Nothing is known any more of slots and routes, for anybody may change them now; what was ordered and condemned stays so. */
    static Decision unmanaged(Rollout before, Observation seen) {
        boolean fresh = before.state() instanceof Initializing;
        Rollout next = fresh ? before.in(Initializing.BLANK) : before.forgettingSlots();
        Turn turn = new Turn(next, seen, List.of());
        Turn told = fresh
                ? turn
                : turn.telling(true, "Unmanaged", "spec.mode is Unmanaged: nothing is written, routes are not kept");
        return told.rest(
                Initializing.BLANK,
                seen.deleting() ? Act.DROP : Act.LEAVE,
                new Rationale(
                        "Unmanaged",
                        "spec.mode is Unmanaged: nothing is written, neither to advance nor to go back, and the routes are not kept",
                        Optional.empty(),
                        "the routes are adopted as they are when spec.mode is another"));
    }
}
