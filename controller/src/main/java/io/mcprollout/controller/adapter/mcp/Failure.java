package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import java.time.Duration;
import java.util.Optional;

/** The step of a session that went wrong: ends the session's chain of futures. The message is the cleaned detail. */
final class Failure extends Exception {
    private final ProbeCode code;
    private final transient Optional<Duration> retryAfter;

    Failure(ProbeCode code, String detail, Optional<Duration> retryAfter) {
        super(detail, null, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
    }

    ProbeCode code() {
        return code;
    }

    /** How long the server asked us to stay away. */
    Optional<Duration> retryAfter() {
        return retryAfter;
    }

    Outcome outcome() {
        return Outcome.of(code, String.valueOf(getMessage()));
    }
}
