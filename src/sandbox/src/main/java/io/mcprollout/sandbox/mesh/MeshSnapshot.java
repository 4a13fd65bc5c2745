package io.mcprollout.sandbox.mesh;

/** One configuration as a gateway has it: its route tables and every cluster. */
public record MeshSnapshot(RouteTables tables, Clusters clusters) {
    /** Reads everything once; an invalid object makes it fail with {@link InvalidRouteException}. */
    public static MeshSnapshot of(MeshConfig config, String gateway) {
        return new MeshSnapshot(
                RouteTables.of(config.virtualServices(), gateway),
                Clusters.of(config.services(), config.destinationRules(), config.endpoints()));
    }
}
