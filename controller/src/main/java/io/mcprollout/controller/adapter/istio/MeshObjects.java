package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Routes;
import java.util.List;
import java.util.Optional;

/** Istio's objects as far as somebody knows them: those of a cluster, or of files. */
interface MeshObjects {
    /** One object. */
    Answer look(IstioKind kind, String namespace, String name);

    /** All VirtualServices of a namespace; none when they cannot be read. */
    List<ObjectNode> virtualServices(String namespace);

    /** All VirtualServices that are known. */
    List<ObjectNode> virtualServices();

    /** Which destination belongs to which slot. */
    Destinations destinations(Routes.Istio routes);

    /** A VirtualService that routes name. */
    default Answer look(Routes.Istio routes, Routes.VirtualService service) {
        return look(IstioKind.VIRTUAL_SERVICE, routes.namespace(service), service.name());
    }

    /** Host of a DestinationRule as written; empty when it has none. */
    static Optional<String> host(ObjectNode rule) {
        return Optional.of(rule.path("spec").path("host").asText("")).filter(host -> !host.isEmpty());
    }
}
