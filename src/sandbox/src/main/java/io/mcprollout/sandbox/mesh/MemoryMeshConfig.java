package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A configuration that is set by hand; every setter is seen by the next reading. */
public final class MemoryMeshConfig implements MeshConfig {
    private volatile List<JsonNode> virtualServices = List.of();
    private volatile List<JsonNode> destinationRules = List.of();
    private volatile List<Service> services = List.of();
    private volatile List<Endpoint> endpoints = List.of();

    @Override
    public List<JsonNode> virtualServices() {
        return virtualServices;
    }

    @Override
    public List<JsonNode> destinationRules() {
        return destinationRules;
    }

    @Override
    public List<Service> services() {
        return services;
    }

    @Override
    public List<Endpoint> endpoints() {
        return endpoints;
    }

    /** Replaces the VirtualServices. */
    public MemoryMeshConfig virtualServices(JsonNode... all) {
        virtualServices = List.of(all);
        return this;
    }

    /** Replaces the DestinationRules. */
    public MemoryMeshConfig destinationRules(JsonNode... all) {
        destinationRules = List.of(all);
        return this;
    }

    /** Replaces the services. */
    public MemoryMeshConfig services(Service... all) {
        services = List.of(all);
        return this;
    }

    /** Replaces the pods. */
    public MemoryMeshConfig endpoints(Endpoint... all) {
        endpoints = List.of(all);
        return this;
    }
}
