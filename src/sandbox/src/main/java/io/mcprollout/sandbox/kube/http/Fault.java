package io.mcprollout.sandbox.kube.http;

import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.Duration;

/** What goes wrong with a call. */
public sealed interface Fault {
    /** The call is refused with that status instead of being handled. */
    record Answer(ApiException refusal) implements Fault {}

    /** The call is neither handled nor answered: the client runs into its timeout. */
    record Silence() implements Fault {}

    /** The connection is closed before the call is handled. */
    record Drop() implements Fault {}

    /** The call is handled, then the connection is closed without an answer. */
    record LoseAnswer() implements Fault {}

    /** The call is handled that much later. */
    record Delay(Duration by) implements Fault {}

    /** An {@link Answer} made of a code, a Status reason and a message. */
    static Fault answer(int code, String reason, String message) {
        return new Answer(new ApiException(code, reason, message, Json.object()));
    }
}
