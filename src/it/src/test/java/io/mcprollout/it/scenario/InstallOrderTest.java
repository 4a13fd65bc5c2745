package io.mcprollout.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A first installation in every order of apply: as long as something is missing the resource is not accepted and says what, it is looked
 * at again when that appears, no route is written, and all orders end alike.
 *
 * <p>That is all 720 orders with {@code -Dmcprollout.full=true} ({@code make test FULL=1}), and else every seventh.
 */
class InstallOrderTest {
    private static final System.Logger LOG = System.getLogger(InstallOrderTest.class.getName());
    private static final int EVERY = Boolean.getBoolean("mcprollout.full") ? 1 : 7;
    private static final String DEPLOYMENT = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: %1$s, namespace: NS}
            spec:
              replicas: 2
              selector: {matchLabels: {app: mcp, track: %1$s}}
              template:
                metadata: {labels: {app: mcp, track: %1$s}}
                spec: {containers: [{name: server, image: 'mcp:1'}]}
            status: {observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: %2$d}
            """;

    private static final String POLICY = """
            apiVersion: mcprollout.io/v1alpha1
            kind: McpRolloutPolicy
            metadata: {name: own, namespace: NS}
            spec: {harmBudget: 3%}
            """;

    /** What has to be applied, and what is said while it is missing; nothing where that is normal. */
    private enum Part {
        ROLLOUT("", """
                apiVersion: mcprollout.io/v1alpha1
                kind: McpRollout
                metadata: {name: mcp-server, namespace: NS}
                spec:
                  workloads: {stable: {name: stable}, canary: {name: canary}}
                  traffic:
                    istio:
                      virtualServices: [{name: mcp-server}]
                      destinationRule: {name: mcp-server, stableSubset: stable, canarySubset: canary}
                  steps: [{weight: 50}, {weight: 100}]
                  evidence:
                    probes: [{name: outside, mcp: {url: 'https://mcp.example.com/mcp'}}]
                """),
        RULE("DestinationRuleNotFound", """
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: mcp-server, namespace: NS}
                spec:
                  host: mcp-server
                  subsets:
                    - {name: stable, labels: {track: stable}}
                    - {name: canary, labels: {track: canary}}
                """),
        ROUTE("VirtualServiceNotFound", """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: mcp-server, namespace: NS}
                spec:
                  hosts: [mcp.example.com]
                  gateways: [public]
                  http:
                    - name: mcp
                      route:
                        - {destination: {host: mcp-server, subset: stable}, weight: 100}
                        - {destination: {host: mcp-server, subset: canary}, weight: 0}
                """),
        SERVICE("ServiceNotFound", """
                apiVersion: v1
                kind: Service
                metadata: {name: mcp-server, namespace: NS}
                spec:
                  selector: {app: mcp}
                  ports: [{name: http, port: 8080}]
                """),
        STABLE("DeploymentNotFound", DEPLOYMENT.formatted("stable", 2)),
        CANARY("", DEPLOYMENT.formatted("canary", 2));

        private final String missing;
        private final String yaml;

        Part(String missing, String yaml) {
            this.missing = missing;
            this.yaml = yaml;
        }
    }

    private final Installation site = new Installation();

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void everyOrderOfApplyEndsAlikeAndWritesNoRoute() {
        // Given
        List<List<Part>> orders = new ArrayList<>();
        permute(new ArrayList<>(), List.of(Part.values()), orders);
        // When
        Set<JsonNode> ends = new HashSet<>();
        int tried = 0;
        for (int i = 0; i < orders.size(); i += EVERY) {
            ends.add(install("order-" + i, orders.get(i)));
            tried++;
        }
        // Then
        LOG.log(System.Logger.Level.INFO, "{0} of {1} orders of apply", tried, orders.size());
        assertThat(orders).hasSize(720);
        assertThat(ends)
                .hasSize(1)
                .allSatisfy(end -> assertThat(end.path("message").asText())
                        .isEqualTo("canary is the same as stable; change its template to release"));
        assertThat(site.writesOfRoutes()).isZero();
    }

    @Test
    void stableWithoutAReadyPodIsWaitedFor() {
        // Given
        String namespace = "unready";
        site.namespace(namespace);
        for (Part part : Part.values()) {
            site.apply(
                    namespace,
                    part == Part.STABLE ? Part.STABLE.yaml.replace("Replicas: 2}", "Replicas: 0}") : part.yaml);
        }
        site.await(namespace, "told", () -> reason(namespace, "Ready").equals("StableNotReady"));
        boolean accepted = isAccepted(namespace);
        String phase = site.rollout(namespace).at("/status/phase").asText();
        // When
        site.apply(namespace, Part.STABLE.yaml);
        // Then
        site.await(
                namespace,
                "idle",
                () -> site.rollout(namespace).at("/status/phase").asText().equals("Idle"));
        assertThat(accepted).isTrue();
        assertThat(phase).isEqualTo("Initializing");
        assertThat(site.writesOfRoutes()).isZero();
    }

    @Test
    void aPolicyThatComesLastIsFound() {
        // Given
        String namespace = "policy";
        site.namespace(namespace);
        for (Part part : Part.values()) {
            site.apply(namespace, part == Part.ROLLOUT ? part.yaml + "  policy: {name: own}\n" : part.yaml);
        }
        site.await(namespace, "told", () -> reason(namespace, "Accepted").equals("PolicyNotFound"));
        // When
        site.apply(namespace, POLICY);
        // Then
        site.await(namespace, "up to date", () -> reason(namespace, "Ready").equals("UpToDate"));
        assertThat(isAccepted(namespace)).isTrue();
    }

    private static void permute(List<Part> begun, List<Part> left, List<List<Part>> all) {
        if (left.isEmpty()) {
            all.add(List.copyOf(begun));
        }
        for (Part next : left) {
            List<Part> more = new ArrayList<>(begun);
            more.add(next);
            permute(more, left.stream().filter(part -> part != next).toList(), all);
        }
    }

    /** Applies one after the other, each when what the one before changes has been said; answers how it ends. */
    private JsonNode install(String namespace, List<Part> order) {
        site.namespace(namespace);
        Set<Part> there = new HashSet<>();
        for (Part part : order) {
            site.apply(namespace, part.yaml);
            if (part == Part.SERVICE) {
                // the one thing that is not watched but asked for every half minute
                site.look(namespace);
            }
            there.add(part);
            if (there.contains(Part.ROLLOUT)) {
                site.await(namespace, "told after " + part + " of " + order, () -> isTold(namespace, missing(there)));
            }
        }
        site.await(
                namespace,
                "up to date in " + order,
                () -> reason(namespace, "Ready").equals("UpToDate"));
        JsonNode end = end(site.rollout(namespace));
        site.remove(namespace);
        return end;
    }

    private static Optional<Part> missing(Set<Part> there) {
        return List.of(Part.values()).stream()
                .filter(part -> !part.missing.isEmpty() && !there.contains(part))
                .findFirst();
    }

    private boolean isTold(String namespace, Optional<Part> missing) {
        return missing.isEmpty()
                ? isAccepted(namespace)
                : condition(namespace, "Accepted").path("status").asText().equals("False")
                        && reason(namespace, "Accepted").equals(missing.get().missing);
    }

    private boolean isAccepted(String namespace) {
        return condition(namespace, "Accepted").path("status").asText().equals("True");
    }

    private String reason(String namespace, String type) {
        return condition(namespace, type).path("reason").asText();
    }

    private JsonNode condition(String namespace, String type) {
        for (JsonNode condition : site.rollout(namespace).at("/status/conditions")) {
            if (condition.path("type").asText().equals(type)) {
                return condition;
            }
        }
        return com.fasterxml.jackson.databind.node.MissingNode.getInstance();
    }

    private static JsonNode end(ObjectNode rollout) {
        ObjectNode status = (ObjectNode) rollout.path("status").deepCopy();
        status.path("conditions").forEach(condition -> ((ObjectNode) condition).remove("lastTransitionTime"));
        // as it was when status was written last, which is not for a number
        status.path("slots").forEach(slot -> ((ObjectNode) slot).remove("ready"));
        return status;
    }
}
