package io.mcprollout.policy.evidence;

import java.time.Duration;

/**
 * What one arm of a probe pair saw.
 *
 * @param outcome judged alone
 * @param latency from the first byte sent to the end of the session
 * @param protocol negotiated MCP version, empty when it did not come to that
 * @param sessionMinted whether the server answered initialize with a session id
 * @param trace trace id of the probe, for finding it in the server's logs
 */
public record Arm(Outcome outcome, Duration latency, String protocol, boolean sessionMinted, String trace) {}
