package io.mcprollout.sandbox.mesh;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * When a request is sent once more: at most {@code attempts} times after the first, on the named Envoy conditions or on the
 * status codes, each try limited by {@code perTryTimeout} until its response begins.
 */
public record RetryPolicy(int attempts, Set<String> on, Set<Integer> statusCodes, Optional<Duration> perTryTimeout) {
    /** The conditions that Istio accepts in {@code retryOn} besides status codes; those of gRPC never hold for plain HTTP. */
    public static final Set<String> CONDITIONS = Set.of(
            "5xx",
            "gateway-error",
            "reset",
            "reset-before-request",
            "connect-failure",
            "refused-stream",
            "retriable-4xx",
            "retriable-status-codes",
            "retriable-headers",
            "envoy-ratelimited",
            "http3-post-connect-failure",
            "cancelled",
            "deadline-exceeded",
            "internal",
            "resource-exhausted",
            "unavailable");

    /** Never again. */
    public static final RetryPolicy NEVER = new RetryPolicy(0, Set.of(), Set.of(), Optional.empty());

    /** What Istio puts on every route that says nothing of retries. */
    public static final RetryPolicy ISTIO_DEFAULT = new RetryPolicy(
            2,
            Set.of("connect-failure", "refused-stream", "unavailable", "cancelled", "retriable-status-codes"),
            Set.of(),
            Optional.empty());

    public RetryPolicy {
        on = Set.copyOf(on);
        statusCodes = Set.copyOf(statusCodes);
    }

    /** Whether an answer with this status is thrown away and the request sent again. */
    public boolean onStatus(int status) {
        return (on.contains("5xx") && status >= 500)
                || (on.contains("gateway-error") && status >= 502 && status <= 504)
                || (on.contains("retriable-4xx") && status == 409)
                || (on.contains("retriable-status-codes") && statusCodes.contains(status));
    }

    /** Whether a connection that could not be made is tried again. */
    public boolean onConnectFailure() {
        return on.contains("connect-failure") || on.contains("reset-before-request") || onReset();
    }

    /** Whether a request whose connection closed before an answer, or whose try timed out, is sent again. */
    public boolean onReset() {
        return on.contains("5xx") || on.contains("gateway-error") || on.contains("reset");
    }
}
