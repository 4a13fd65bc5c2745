package io.mcprollout.sandbox.agent;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What became of one tool call: when it was sent, how long it took with the opening of its session where one was due, who answered
 * ({@code x-mcp-variant} of the mesh, else empty; version of the server, else empty), and why it failed, {@code null} when it did not.
 */
public record CallResult(
        ToolCall call,
        Instant at,
        Duration took,
        String variant,
        String version,
        @Nullable Failure failure,
        String detail) {

    /** True for a right answer. */
    public boolean ok() {
        return failure == null;
    }

    /** Who answered, as exactly as is known: the variant, else the version, else {@code unknown}. */
    public String answeredBy() {
        if (!variant.isEmpty()) {
            return variant;
        }
        return version.isEmpty() ? "unknown" : version;
    }
}
