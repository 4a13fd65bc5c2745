package io.mcprollout.sandbox.mesh;

import java.util.List;
import java.util.Map;

/** Routes that are read from VirtualServices, and requests to ask them for. */
abstract class Routing {
    static final String GATEWAY = "istio-ingress/gateway";

    static RouteTable table(String http) {
        return RouteTable.of(List.of(Yaml.virtualService(http)), GATEWAY, "mcp.example.com");
    }

    static Request get(String target, Map<String, String> headers) {
        return Request.of("GET", "mcp.example.com", target, headers);
    }
}
