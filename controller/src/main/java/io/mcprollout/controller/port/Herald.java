package io.mcprollout.controller.port;

/** Tells people what happened. Never delays a decision: it queues, retries and gives up by itself. */
public interface Herald {
    /**
     * Announces a transition.
     *
     * @param warning whether somebody should look
     * @param reason machine-readable, CamelCase
     * @param message one sentence
     */
    void announce(RolloutKey rollout, boolean warning, String reason, String message);
}
