package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.Attempt;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The last attempts of a rollout; the newest is last and, while it is under way, has no outcome. */
final class History {
    private static final int KEPT = 10;

    private final Optional<McpRolloutStatus> before;
    private final Instant now;

    History(Optional<McpRolloutStatus> before, Instant now) {
        this.before = before;
        this.now = now;
    }

    /** The attempts once this is remembered. */
    List<Attempt> after(Rollout rollout) {
        List<Attempt> all =
                new ArrayList<>(before.map(McpRolloutStatus::history).orElse(List.of()));
        switch (rollout.state()) {
            case RolloutState.Live live -> begin(all, live.run());
            case RolloutState.RollingBack back -> begin(all, back.run());
            case RolloutState.RolledBack back -> end(all, "RolledBack", back.cause() + ": " + back.reason());
            case RolloutState.Promoted ignored -> end(all, "Promoted", null);
            case RolloutState.Idle ignored -> end(all, "Superseded", null);
            case RolloutState.Initializing ignored -> {}
        }
        return all.size() > KEPT ? List.copyOf(all.subList(all.size() - KEPT, all.size())) : List.copyOf(all);
    }

    private void begin(List<Attempt> all, Run run) {
        if (!all.isEmpty() && all.getLast().attempt() == run.attempt()) {
            return;
        }
        end(all, "Superseded", null);
        all.add(new Attempt(
                run.revision().hash(),
                run.attempt(),
                null,
                null,
                run.startedAt().toString(),
                null));
    }

    private void end(List<Attempt> all, String outcome, @Nullable String reason) {
        if (!all.isEmpty() && all.getLast().outcome() == null) {
            Attempt last = all.removeLast();
            all.add(new Attempt(last.revision(), last.attempt(), outcome, reason, last.started(), now.toString()));
        }
    }
}
