package io.mcprollout.controller.port;

import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;

/**
 * A probe to be carried out from now on.
 *
 * @param spec what to probe
 * @param stable which slot is the stable arm
 * @param stablePin incarnation that proves the stable arm
 * @param candidatePin incarnation that proves the candidate arm
 * @param token secret of this attempt's probe rules, sent as {@code x-mcp-probe-token}
 * @param interval between pairs
 * @param sessions that the rules keep: whether they do is tested; none: nothing is tested
 * @param round of the test: it is made at once when this changes, and what a test of an earlier round said counts no more
 */
public record ProbeOrder(
        ProbeSpec spec,
        Slot stable,
        PinId stablePin,
        PinId candidatePin,
        String token,
        Duration interval,
        Sessions sessions,
        int round) {
    /** One in the first round of its test. */
    public ProbeOrder(
            ProbeSpec spec,
            Slot stable,
            PinId stablePin,
            PinId candidatePin,
            String token,
            Duration interval,
            Sessions sessions) {
        this(spec, stable, stablePin, candidatePin, token, interval, sessions, 0);
    }

    /** One without a test of sessions. */
    public ProbeOrder(
            ProbeSpec spec, Slot stable, PinId stablePin, PinId candidatePin, String token, Duration interval) {
        this(spec, stable, stablePin, candidatePin, token, interval, Sessions.NONE);
    }
}
