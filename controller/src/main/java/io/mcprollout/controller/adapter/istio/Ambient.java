package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;

/** Labels by which Istio's ambient mode is chosen. */
final class Ambient {
    static final String USE_WAYPOINT = "istio.io/use-waypoint";

    private static final String MODE = "istio.io/dataplane-mode";
    private static final String NO_WAYPOINT = "none";

    private Ambient() {}

    /** Whether a namespace with these labels is in it. */
    static boolean isIn(JsonNode namespace) {
        return namespace.path(MODE).asText("").equals("ambient");
    }

    /** Name of the waypoint through which a Service is served; empty when there is none. The Service's own label wins. */
    static String waypoint(JsonNode namespace, JsonNode service) {
        String own = service.path(USE_WAYPOINT).asText("");
        String chosen = own.isEmpty() ? namespace.path(USE_WAYPOINT).asText("") : own;
        return chosen.equals(NO_WAYPOINT) ? "" : chosen;
    }
}
