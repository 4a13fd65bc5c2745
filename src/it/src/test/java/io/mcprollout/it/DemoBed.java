package io.mcprollout.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bed.Bed;
import io.mcprollout.sandbox.bed.Packed;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** The demo's cluster with the shipped roles, for packaged controllers. */
final class DemoBed implements AutoCloseable {
    static final String ACCOUNT = "system:serviceaccount:mcprollout-system:mcprollout";
    static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Path APP = Manifest.REPOSITORY.resolve("controller/target/quarkus-app");

    final Bed bed;

    /** Everything but the roles over tenants, which are in {@code roles}; requests are allowed by roles from {@link #secure} on. */
    DemoBed(String roles) {
        assertThat(APP.resolve("quarkus-run.jar"))
                .as("the packaged controller; run `mvn verify`, or `mvn package -pl controller -am` first")
                .exists();
        bed = Bed.start(
                Manifest.REPOSITORY.resolve("deploy/crds"),
                PlayerSettings.defaults().withGrace(Duration.ofSeconds(1)),
                MeshSettings.of("demo/mcp-gateway"));
        Stream.of("server.yaml", "demo-policy.yaml", "rollout.yaml")
                .forEach(file -> bed.kube().apply(Packed.text("/demo/" + file)));
        Stream.of("deploy/kustomize/base", "deploy/kustomize/tenant/credentials.yaml", roles)
                .flatMap(path -> Manifest.read(path).stream())
                .filter(manifest -> manifest.kind().matches("Namespace|ServiceAccount|.*Role|.*RoleBinding"))
                .forEach(manifest -> bed.kube().apply(manifest.inNamespace("demo")));
    }

    /** From now on the controller may do what its roles let it. */
    DemoBed secure() {
        bed.kube().authorizeByRoles();
        return this;
    }

    /** How a controller of that name is started; its log is {@code target/<name>.log}. */
    Launch launch(String name) {
        return Launch.against(APP, bed.kube().url(), Path.of("target", name + ".log"))
                .with("kubernetes.auth.token", ACCOUNT)
                .with("mcprollout.lease.namespace", "mcprollout-system")
                .with("mcprollout.lease.identity", name)
                .with(
                        "mcprollout.entry-points.gateway",
                        "127.0.0.1:" + bed.mesh().port())
                .with("mcprollout.sources.gateway.scrape.preset", "envoy")
                .with(
                        "mcprollout.sources.gateway.scrape.addresses",
                        "127.0.0.1:" + bed.mesh().adminPort());
    }

    /** Gives the canary another image. */
    void release(String version) {
        bed.kube()
                .jsonPatch(
                        "deployments.apps",
                        "demo",
                        "mcp-server-canary",
                        "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/containers/0/image\",\"value\":\"sandbox/mcp-server:"
                                + version + "\"}]");
    }

    /** The McpRollout. */
    ObjectNode rollout() {
        return bed.kube().get("mcprollouts.mcprollout.io", "demo", "mcp-server").orElseThrow();
    }

    void awaitPhase(String phase) {
        await(phase)
                .atMost(LIMIT)
                .until(() -> rollout().at("/status/phase").asText().equals(phase));
    }

    void awaitWeight(int percent) {
        await(percent + " %").atMost(LIMIT).pollInterval(Duration.ofMillis(20)).until(() -> weight() == percent);
    }

    /** Percent of new sessions that the canary gets. */
    int weight() {
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

    /** Who leads, as the Lease says; empty when nobody does. */
    String leader() {
        return bed.kube()
                .get("leases.coordination.k8s.io", "mcprollout-system", "mcprollout")
                .map(lease -> lease.at("/spec/holderIdentity").asText(""))
                .orElse("");
    }

    @Override
    public void close() {
        bed.close();
    }
}
