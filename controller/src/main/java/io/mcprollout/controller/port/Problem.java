package io.mcprollout.controller.port;

/**
 * Something about a resource that must be mended before a rollout can start.
 *
 * @param reason machine-readable, CamelCase, such as {@code RouteNotFound}
 * @param field path in the McpRollout's spec ({@code spec.traffic.istio.virtualServices[0].name})
 * @param message what is wrong and how to mend it
 */
public record Problem(String reason, String field, String message) {
    @Override
    public String toString() {
        return field + ": " + message;
    }
}
