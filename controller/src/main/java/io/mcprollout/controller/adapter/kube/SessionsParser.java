package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec.OnRollback;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.rollout.SessionPlan.Pinning;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads {@code spec.sessions}. */
final class SessionsParser {
    private static final String FIELD = "spec.sessions";

    private final Problems problems;

    SessionsParser(Problems problems) {
        this.problems = problems;
    }

    /** What is done about sessions; {@code whole} tells whether the whole route is the controller's own. */
    SessionPlan parse(McpRolloutSpec.@Nullable Sessions sessions, boolean whole) {
        SessionPlan usual = SessionPlan.USUAL;
        if (sessions == null) {
            return new SessionPlan(usual.pinning(), whole, usual.quiet(), usual.deadline(), false);
        }
        McpRolloutSpec.Drain drain = sessions.drain();
        Duration quiet = duration("quiet", drain == null ? null : drain.quiet(), usual.quiet(), "5m");
        Duration deadline = duration("deadline", drain == null ? null : drain.deadline(), usual.deadline(), "1h");
        if (deadline.compareTo(quiet) < 0) {
            problems.add(
                    "deadline",
                    FIELD + ".drain",
                    "must not be shorter than quiet, which is " + quiet.toSeconds() + "s, but is "
                            + deadline.toSeconds() + "s");
        }
        Pinning pinning = pinning(sessions.pinning());
        if (pinning == Pinning.GATEWAY && !whole) {
            problems.add(
                    "pinning",
                    FIELD,
                    "must not be Gateway while spec.traffic.istio.mode is Patch: the gateway's script learns the version from"
                            + " a response header that only a generated route sets; use mode: Delegate, or ServerMinted");
        }
        return new SessionPlan(pinning, whole, quiet, deadline, sessions.onRollback() == OnRollback.Terminate);
    }

    private static Pinning pinning(McpRolloutSpec.@Nullable Pinning wanted) {
        return switch (wanted == null ? McpRolloutSpec.Pinning.Auto : wanted) {
            case Auto -> Pinning.AUTO;
            case ServerMinted -> Pinning.SERVER_MINTED;
            case Gateway -> Pinning.GATEWAY;
            case None -> Pinning.NONE;
        };
    }

    private Duration duration(String field, @Nullable String wanted, Duration usual, String example) {
        if (wanted == null) {
            return usual;
        }
        Optional<Duration> duration = DurationText.parse(wanted);
        if (duration.isEmpty()) {
            problems.add(field, FIELD + ".drain", "must be a duration such as " + example + " but is " + wanted);
        }
        return duration.orElse(usual);
    }
}
