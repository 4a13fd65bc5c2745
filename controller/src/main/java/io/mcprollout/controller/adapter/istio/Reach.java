package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** Which requests a VirtualService is for: of which hosts, and where they come in. */
final class Reach {
    /** The gateway that stands for all callers inside the mesh. */
    static final String MESH = "mesh";

    private Reach() {}

    /** Its hosts as Istio resolves them. */
    static Set<String> hosts(JsonNode object, Destinations names) {
        Set<String> hosts = new TreeSet<>();
        object.at("/spec/hosts").forEach(host -> hosts.add(names.qualified(host.asText())));
        return hosts;
    }

    /** Its gateways as written; without any it is for the mesh. */
    static Set<String> gateways(JsonNode object) {
        Set<String> gateways = new HashSet<>();
        object.at("/spec/gateways").forEach(gateway -> gateways.add(gateway.asText()));
        if (gateways.isEmpty()) {
            gateways.add(MESH);
        }
        return gateways;
    }
}
