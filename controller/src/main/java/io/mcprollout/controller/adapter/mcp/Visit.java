package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Deadline;
import io.mcprollout.policy.traffic.PinId;
import java.util.Optional;

/**
 * One session to be held with one version.
 *
 * @param script what to do
 * @param pin incarnation that must prove itself
 * @param probeToken secret of the probe rules
 * @param bearer token for the server; empty: none
 * @param ca PEM bundle to trust; empty: the system's
 * @param trace trace id, 32 hexadecimal digits
 * @param deadline for everything that is judged
 * @param echo told of every answer through the probe rules
 */
record Visit(
        Script script,
        PinId pin,
        String probeToken,
        Optional<String> bearer,
        Optional<String> ca,
        String trace,
        Deadline deadline,
        Echo echo) {}
