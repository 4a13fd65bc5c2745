package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus;
import io.mcprollout.controller.api.v1alpha1.McpRolloutStatus.SessionsStatus;
import io.mcprollout.controller.port.RolloutStore.Entry;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.rollout.Drain;
import io.mcprollout.policy.rollout.SlotView;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** How sessions keep their version, in the words of status. */
final class SessionsText {
    private final Entry entry;
    private final Optional<McpRolloutStatus> before;

    SessionsText(Entry entry, Optional<McpRolloutStatus> before) {
        this.entry = entry;
        this.before = before;
    }

    /** Null while nothing is known and nothing is waited for. */
    @Nullable
    SessionsStatus build() {
        String pinning = pinning();
        Optional<Drain> drain = entry.memory().rollout().drain();
        return pinning == null && drain.isEmpty()
                ? null
                : new SessionsStatus(
                        pinning,
                        drain.map(this::deployment).orElse(null),
                        drain.map(waited -> waited.until().toString()).orElse(null));
    }

    private String deployment(Drain drain) {
        return entry.seen()
                .slots()
                .getOrDefault(drain.pin().slot(), SlotView.absent(""))
                .deployment();
    }

    /* What was found stays until another test finds something else. */
    private @Nullable String pinning() {
        Optional<String> found = entry.seen().probes().pins().flatMap(SessionsText::found);
        return found.or(() -> before.map(McpRolloutStatus::sessions).map(SessionsStatus::pinning))
                .orElse(null);
    }

    private static Optional<String> found(PinTest test) {
        return switch (test) {
            case PinTest.Stateless ignored -> Optional.of("Stateless");
            case PinTest.Passed passed ->
                Optional.of(
                        switch (passed.way()) {
                            case SERVER_MINTED -> "ServerMinted";
                            case GATEWAY -> "Gateway";
                        });
            case PinTest.Untagged ignored -> Optional.empty();
            case PinTest.Lost ignored -> Optional.empty();
            case PinTest.Unanswered ignored -> Optional.empty();
        };
    }
}
