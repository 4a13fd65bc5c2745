package io.mcprollout.it.scenario;

/** What users apply in a {@link LiveCluster}. */
final class LiveManifests {
    private LiveManifests() {}

    /** A Service for the pods of both, and the subsets that tell them apart. */
    static final String SERVICE = """
            apiVersion: v1
            kind: Service
            metadata: {name: mcp-server, namespace: mcp-services}
            spec:
              selector: {app: mcp}
              ports: [{port: 3000}]
            ---
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata: {name: mcp-server, namespace: mcp-services}
            spec:
              host: mcp-server
              subsets:
                - {name: stable, labels: {track: stable}}
                - {name: canary, labels: {track: canary}}
            """;

    /* A short host name means a Service of the VirtualService's own namespace. */
    /** The VirtualService, in that namespace. */
    static String route(String namespace) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: mcp-server, namespace: %1$s}
                spec:
                  hosts: [mcp.example.com]
                  gateways: [public]
                  http:
                    - name: mcp
                      route:
                        - {destination: {host: %2$s, subset: stable}, weight: 100}
                        - {destination: {host: %2$s, subset: canary}, weight: 0}
                """.formatted(
                namespace,
                namespace.equals(LiveCluster.NAMESPACE) ? "mcp-server" : "mcp-server.mcp-services.svc.cluster.local");
    }

    /** An McpRollout of two steps, whose VirtualService is in the namespace {@code routes}. */
    static String rollout(String name, String routes, String promotion) {
        return """
                apiVersion: mcprollout.io/v1alpha1
                kind: McpRollout
                metadata: {name: %s, namespace: mcp-services}
                spec:
                  workloads: {stable: {name: stable}, canary: {name: canary}}
                  traffic:
                    istio:
                      virtualServices: [{name: mcp-server, namespace: %s}]
                      destinationRule: {name: mcp-server, stableSubset: stable, canarySubset: canary}
                  preflight: {hold: 2s}
                  steps: [{weight: 50}, {weight: 100}]
                  policy:
                    preset: fast
                    harmBudget: 20%%
                    minimumDwell: 3s
                    blipTolerance: 1s
                    scrapeInterval: 1s
                    pairInterval: 250ms
                  capacity: {scale: Follow}
                  promotion: {mode: %s}
                  evidence:
                    probes: [{name: outside, mcp: {url: 'https://mcp.example.com/mcp'}}]
                    mesh: [{name: istio, source: istio}]
                """.formatted(name, routes, promotion);
    }

    /** The Deployment {@code stable} or {@code canary}. */
    static String deployment(String name) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: mcp-services}
                spec:
                  replicas: %2$d
                  selector: {matchLabels: {app: mcp, track: %1$s}}
                  template:
                    metadata: {labels: {app: mcp, track: %1$s}}
                    spec: {containers: [{name: server, image: 'mcp:1'}]}
                """.formatted(name, name.equals("stable") ? 2 : 1);
    }
}
