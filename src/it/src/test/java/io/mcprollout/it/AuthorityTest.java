package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.Launch;
import io.mcprollout.sandbox.process.PackagedController;
import io.mcprollout.sandbox.server.Fault;
import io.mcprollout.sandbox.server.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The shipped roles are exactly what the packaged controller uses: it runs under them, by their ServiceAccount, through a promotion, a
 * rollback and a deletion.
 */
class AuthorityTest {
    private static final Path APP = Manifest.REPOSITORY.resolve("controller/target/quarkus-app");
    private static final String ACCOUNT = "system:serviceaccount:mcprollout-system:mcprollout";
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String KEDA = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: scaledobjects.keda.sh}
            spec:
              group: keda.sh
              names: {kind: ScaledObject, listKind: ScaledObjectList, plural: scaledobjects, singular: scaledobject}
              scope: Namespaced
              versions:
                - name: v1alpha1
                  served: true
                  storage: true
                  schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
            """;

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
        assertPackaged();
        Set<String> granted = new TreeSet<>();
        granted.addAll(Authority.granted(Manifest.read("deploy/kustomize/base")));
        granted.addAll(Authority.granted(Manifest.read(overlay.roles)));
        granted.addAll(Authority.granted(Manifest.read("deploy/kustomize/tenant/credentials.yaml")));
        List<RequestLog.Entry> calls;
        try (Bed bed = cluster(overlay)) {
            try (PackagedController controller = PackagedController.start(launch(bed, overlay))) {
                controller.awaitReady(LIMIT);

                // When
                awaitPhase(bed, "Idle");
                release(bed, "1.1");
                awaitPhase(bed, "Promoted");
                release(bed, "1.2");
                await().atMost(LIMIT).until(() -> weight(bed) == 10);
                bed.player().faults("demo", "mcp-server-stable", Faults.of(new Fault.Unready()));
                await("looked at the nodes of unready pods").atMost(LIMIT).until(() -> called(bed, "/nodes get"));
                bed.player().faults("demo", "mcp-server-stable", Faults.none());
                bed.player().faults("demo", "mcp-server-canary", Faults.of(new Fault.HttpError("tools/call", 500, 1)));
                awaitPhase(bed, "RolledBack");
                bed.kube().delete("mcprollouts.mcprollout.io", "demo", "mcp-server");
                await().atMost(LIMIT)
                        .until(() -> bed.kube()
                                .get("mcprollouts.mcprollout.io", "demo", "mcp-server")
                                .isEmpty());
            }
            calls = bed.kube().log().entries().stream()
                    .filter(entry ->
                            entry.call().user().equals(ACCOUNT) && entry.call().isResource())
                    .toList();
        }

        // Then
        assertThat(calls.stream()
                        .filter(entry -> entry.status() == 403)
                        .map(AuthorityTest::verb)
                        .distinct())
                .as("refused")
                .isEmpty();
        assertThat(new TreeSet<>(calls.stream().map(AuthorityTest::verb).toList()))
                .as("called")
                .isEqualTo(granted);
    }

    private static boolean called(Bed bed, String verb) {
        return bed.kube().log().entries().stream()
                .anyMatch(entry -> entry.call().isResource() && verb(entry).equals(verb));
    }

    private static void assertPackaged() {
        assertThat(APP.resolve("quarkus-run.jar"))
                .as("the packaged controller; run `mvn verify`, or `mvn package -pl controller -am` first")
                .exists();
    }

    /** The demo's cluster under the shipped roles, with a probe that needs a credential. */
    private static Bed cluster(Overlay overlay) {
        Bed bed = Bed.start(
                Manifest.REPOSITORY.resolve("deploy/crds"),
                PlayerSettings.defaults().withGrace(Duration.ofSeconds(1)),
                MeshSettings.of("demo/mcp-gateway"));
        Stream.of("server.yaml", "demo-policy.yaml", "rollout.yaml")
                .forEach(file -> bed.kube().apply(demo(file)));
        Stream.of("deploy/kustomize/base", "deploy/kustomize/tenant/credentials.yaml", overlay.roles)
                .flatMap(path -> Manifest.read(path).stream())
                .filter(manifest -> manifest.kind().matches("Namespace|ServiceAccount|.*Role|.*RoleBinding"))
                .forEach(manifest -> bed.kube().apply(manifest.inNamespace("demo")));
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
        bed.kube().apply(KEDA);
        bed.kube().authorizeByRoles();
        return bed;
    }

    private static Launch launch(Bed bed, Overlay overlay) {
        Launch launch = Launch.against(APP, bed.kube().url(), Path.of("target", "authority.log"))
                .with("kubernetes.auth.token", ACCOUNT)
                .with("mcprollout.lease.namespace", "mcprollout-system")
                .with(
                        "mcprollout.entry-points.gateway",
                        "127.0.0.1:" + bed.mesh().port())
                .with("mcprollout.sources.gateway.scrape.preset", "envoy")
                .with(
                        "mcprollout.sources.gateway.scrape.addresses",
                        "127.0.0.1:" + bed.mesh().adminPort());
        return overlay == Overlay.CLUSTER ? launch : launch.with("mcprollout.namespaces", "demo");
    }

    private static void release(Bed bed, String version) {
        bed.kube()
                .jsonPatch(
                        "deployments.apps",
                        "demo",
                        "mcp-server-canary",
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"sandbox/mcp-server:"
                                + version + "\"}]");
    }

    private static void awaitPhase(Bed bed, String phase) {
        await(phase)
                .atMost(LIMIT)
                .until(() -> bed.kube()
                        .get("mcprollouts.mcprollout.io", "demo", "mcp-server")
                        .map(rollout -> rollout.at("/status/phase").asText())
                        .orElse("")
                        .equals(phase));
    }

    private static int weight(Bed bed) {
        for (JsonNode rule : bed.kube()
                .get("virtualservices.networking.istio.io", "demo", "mcp-server")
                .orElseThrow()
                .at("/spec/http")) {
            if (rule.path("name").asText().equals("mcp")) {
                return rule.at("/route/1/weight").asInt();
            }
        }
        return 0;
    }

    private static String verb(RequestLog.Entry entry) {
        var call = entry.call();
        String resource = call.subresource().isEmpty() ? call.resource() : call.resource() + "/" + call.subresource();
        return call.group() + "/" + resource + " " + call.verb();
    }

    private static String demo(String file) {
        try (var in = Objects.requireNonNull(Bed.class.getResourceAsStream("/demo/" + file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
