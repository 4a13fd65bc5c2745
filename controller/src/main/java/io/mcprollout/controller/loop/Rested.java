package io.mcprollout.controller.loop;

import io.mcprollout.controller.loop.Working.Check;
import io.mcprollout.controller.loop.Working.Known;
import io.mcprollout.controller.loop.Working.Pulse;
import io.mcprollout.controller.loop.Working.Survey;
import io.mcprollout.controller.loop.Working.Trouble;
import io.mcprollout.controller.port.RolloutStore.Memory;
import io.mcprollout.controller.port.RolloutStore.Stored;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import java.util.Optional;

/** What is kept between two looks of a rollout at rest, of which there may be many thousands: all else its status says, word for word. */
record Rested(String uid, Check check, Pulse pulse) {
    /** The least that has to be kept of it; empty when its status does not say everything, or something is under way. */
    static Optional<Rested> of(Working working, Stored stored) {
        boolean rests = working.rollout().state() instanceof Resting
                && !working.isDraining()
                && working.trouble().equals(Trouble.NONE);
        return rests && stored.memory().filter(working.memory().text()::equals).isPresent()
                ? Optional.of(new Rested(working.uid(), working.check(), working.pulse()))
                : Optional.empty();
    }

    /** As it was, with what its status remembers. */
    Working wake(Memory memory) {
        Known known = new Known(memory.rollout(), memory.setup(), Optional.empty());
        return new Working(uid, known, check, Survey.NONE, Optional.empty(), pulse, Trouble.NONE);
    }
}
