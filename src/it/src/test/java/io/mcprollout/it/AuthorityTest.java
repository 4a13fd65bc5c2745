package io.mcprollout.it;

import static io.mcprollout.sandbox.kube.http.Fault.answer;
import static io.mcprollout.sandbox.kube.http.Faults.on;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The shipped roles are exactly what the packaged controller uses: it runs under them, by their ServiceAccount, through a promotion, a
 * rollback and a deletion.
 */
class AuthorityTest {
    /* Where VirtualServices may be named, and nothing else is done. */
    private static final String INGRESS = "ingress";

    /** How the controller is installed: for all namespaces, or for one. */
    enum Overlay {
        CLUSTER("deploy/kustomize/cluster"),
        NAMESPACED("deploy/kustomize/tenant/rollouts.yaml");

        private final String roles;

        Overlay(String roles) {
            this.roles = roles;
        }
    }

    @ParameterizedTest
    @EnumSource
    void theRolesAreExactlyWhatTheControllerCalls(Overlay overlay) {
        // Given
        Set<String> granted = new TreeSet<>();
        granted.addAll(Authority.granted(Manifest.read("deploy/kustomize/base")));
        granted.addAll(Authority.granted(Manifest.read(overlay.roles)));
        granted.addAll(Authority.granted(Manifest.read("deploy/kustomize/tenant/credentials.yaml")));
        List<RequestLog.Entry> calls;
        try (DemoBed demo = cluster(overlay)) {
            Bed bed = demo.bed;
            try (PackagedController controller = PackagedController.start(launch(demo, overlay))) {
                controller.awaitReady(DemoBed.LIMIT);

                // When
                demo.awaitPhase("Idle");
                await("generated a VirtualService")
                        .atMost(DemoBed.LIMIT)
                        .until(() -> called(bed, "networking.istio.io/virtualservices create"));
                demo.release("1.1");
                demo.awaitPhase("Promoted");
                demo.release("1.2");
                demo.awaitWeight(10);
                bed.player().faults("demo", "mcp-server-stable", Faults.of(new Fault.Unready()));
                await("looked at the nodes of unready pods")
                        .atMost(DemoBed.LIMIT)
                        .until(() -> called(bed, "/nodes get"));
                bed.player().faults("demo", "mcp-server-stable", Faults.none());
                readDestinationRulesForLackOfAWatch(bed);
                bed.player().faults("demo", "mcp-server-canary", Faults.of(new Fault.HttpError("tools/call", 500, 1)));
                demo.awaitPhase("RolledBack");
                bed.kube().delete("mcprollouts.mcprollout.io", "demo", "mcp-server");
                await().atMost(DemoBed.LIMIT)
                        .until(() -> bed.kube()
                                .get("mcprollouts.mcprollout.io", "demo", "mcp-server")
                                .isEmpty());
            }
            calls = bed.kube().log().entries().stream()
                    .filter(entry -> entry.call().user().equals(DemoBed.ACCOUNT)
                            && entry.call().isResource())
                    .toList();
        }

        // Then
        assertThat(calls.stream()
                        .filter(entry -> entry.status() == 403)
                        .map(AuthorityTest::verb)
                        .distinct())
                .as("refused")
                .isEmpty();
        assertThat(calls.stream()
                        .filter(entry -> entry.call().namespace().equals(INGRESS))
                        .map(entry -> entry.call().resource())
                        .collect(Collectors.toSet()))
                .as("looked at beside the rollouts")
                .isEqualTo(overlay == Overlay.NAMESPACED ? Set.of("virtualservices", "destinationrules") : Set.of());
        assertThat(new TreeSet<>(calls.stream().map(AuthorityTest::verb).toList()))
                .as("called")
                .isEqualTo(granted);
    }

    /** What is not watched at the moment is read. */
    private static void readDestinationRulesForLackOfAWatch(Bed bed) {
        Predicate<Call> watch = on("watch", "destinationrules", "");
        var away = bed.kube().faults().always(watch, answer(503, "ServiceUnavailable", "away"));
        bed.kube().endWatches(watch);
        await("reads what it cannot watch")
                .atMost(DemoBed.LIMIT)
                .until(() -> called(bed, "networking.istio.io/destinationrules get"));
        away.close();
    }

    private static boolean called(Bed bed, String verb) {
        return bed.kube().log().entries().stream()
                .anyMatch(entry -> entry.call().isResource() && verb(entry).equals(verb));
    }

    /** The demo's cluster under the shipped roles, with a probe that needs a credential and a canary that is scaled. */
    private static DemoBed cluster(Overlay overlay) {
        DemoBed demo = new DemoBed(overlay.roles);
        Bed bed = demo.bed;
        bed.kube().apply("""
                        apiVersion: v1
                        kind: Secret
                        metadata:
                          name: probe-token
                          namespace: demo
                          labels: {mcprollout.io/credential: "true"}
                          annotations: {mcprollout.io/audience: mcp.example.com}
                        data: {token: c2VjcmV0}
                        """);
        bed.kube().apply("""
                        apiVersion: mcprollout.io/v1alpha1
                        kind: McpRollout
                        metadata: {name: delegated, namespace: demo}
                        spec:
                          workloads: {stable: {name: other-stable}, canary: {name: other-canary}}
                          traffic:
                            istio:
                              mode: Delegate
                              virtualServices: [{name: delegated}]
                              destinationRule: {name: mcp-server, stableSubset: stable, canarySubset: canary}
                          steps: [{weight: 100}]
                          evidence: {probes: [{name: outside, mcp: {url: "https://mcp.example.com/mcp"}}]}
                        """);
        bed.kube().update("mcprollouts.mcprollout.io", "demo", "mcp-server", rollout -> {
            ((ObjectNode) rollout.at("/spec/evidence/probes/0/mcp"))
                    .putObject("auth")
                    .putObject("secretRef")
                    .put("name", "probe-token")
                    .put("key", "token");
            ((ObjectNode) rollout.path("spec")).putObject("capacity").put("scale", "Follow");
            return rollout;
        });
        bed.kube().mergePatch("deployments.apps", "demo", "mcp-server-canary", "{spec: {replicas: 1}}");
        bed.kube().apply(Definition.SCALED_OBJECT);
        bed.kube().apply(Definition.HTTP_ROUTE);
        if (overlay == Overlay.NAMESPACED) {
            bed.kube().apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + INGRESS + "}}");
            bed.kube().apply(Shipped.text("kustomize/tenant/routes.yaml", INGRESS));
        }
        return demo.secure();
    }

    private static Launch launch(DemoBed demo, Overlay overlay) {
        Launch launch = demo.launch("authority");
        return overlay == Overlay.CLUSTER
                ? launch
                : launch.with("mcprollout.namespaces", "demo").with("mcprollout.route-namespaces", INGRESS);
    }

    private static String verb(RequestLog.Entry entry) {
        var call = entry.call();
        String resource = call.subresource().isEmpty() ? call.resource() : call.resource() + "/" + call.subresource();
        return call.group() + "/" + resource + " " + call.verb();
    }
}
