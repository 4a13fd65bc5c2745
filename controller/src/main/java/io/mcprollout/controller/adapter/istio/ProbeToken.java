package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Secret of an attempt's probe rules: lives in them, and is kept for as long as there are any. */
final class ProbeToken {
    private static final int BYTES = 16;

    private final SecureRandom random = new SecureRandom();

    /** The token that the rules have; a new one when there are none. */
    String of(Routes.Istio routes, IstioObjects objects, Traffic seen) {
        for (Routes.VirtualService service : routes.virtualServices()) {
            if (objects.look(routes, service) instanceof Answer.Found(ObjectNode object)) {
                String token = OwnRules.token(object);
                if (!token.isEmpty()) {
                    return token;
                }
            }
        }
        if (!seen.token().isEmpty()) {
            return seen.token();
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
