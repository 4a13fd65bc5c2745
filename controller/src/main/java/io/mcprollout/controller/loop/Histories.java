package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.rollout.RolloutState;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The history of every rollout that this process leads. */
final class Histories {
    private final Map<RolloutKey, History> all = new ConcurrentHashMap<>();

    /** Notes a look; an attempt that begins begins anew here, too. */
    void note(RolloutKey key, Look look) {
        boolean begins = look.isTransition() && look.decision().next().state() instanceof RolloutState.Preparing;
        History before = begins ? History.NONE : of(key);
        int weight = look.decision().traffic().split().candidate().percent();
        History after = look.judgement()
                .map(judgement -> before.with(new History.Point(look.now(), weight, judgement)))
                .orElse(before);
        if (after.points().isEmpty()) {
            all.remove(key);
        } else {
            all.put(key, after);
        }
    }

    History of(RolloutKey key) {
        return all.getOrDefault(key, History.NONE);
    }

    void forget(RolloutKey key) {
        all.remove(key);
    }
}
