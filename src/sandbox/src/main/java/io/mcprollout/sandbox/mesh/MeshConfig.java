package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** What a control plane knows; the mesh reads all of it again some time after {@link Gateway#configChanged()}. */
public interface MeshConfig {
    /** The VirtualServices as the Kubernetes API stores them. */
    List<JsonNode> virtualServices();

    /** The DestinationRules as the Kubernetes API stores them. */
    List<JsonNode> destinationRules();

    /** The services that destinations may name. */
    List<Service> services();

    /** The pods behind the services, ready or not. */
    List<Endpoint> endpoints();
}
