package io.mcprollout.it.kube;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.mcprollout.controller.adapter.kube.KubeHerald;
import io.mcprollout.controller.adapter.kube.KubeRolloutStore;
import io.mcprollout.controller.adapter.kube.KubeSecretReader;
import io.mcprollout.controller.adapter.kube.KubeWorkloads;
import io.mcprollout.controller.adapter.kube.PromptClient;
import io.mcprollout.controller.adapter.kube.RolloutWatch;
import io.mcprollout.controller.adapter.kube.SpecParser;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore.Stored;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.it.Shipped;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.sandbox.kube.KubeApi;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;

/** An API server with the shipped CRDs and roles, and the Kubernetes adapter as the ServiceAccount that they bind. */
final class KubeBed implements AutoCloseable {
    static final String NAMESPACE = "mcp-services";
    static final RolloutKey KEY = new RolloutKey(NAMESPACE, "mcp-server");

    final KubeApi api = KubeApi.start();
    final ConcurrentLinkedQueue<RolloutKey> changed = new ConcurrentLinkedQueue<>();
    final KubernetesClient client;
    final PromptClient prompt;
    final RolloutWatch rollouts;
    final KubeWorkloads workloads;
    final KubeSecretReader secrets;
    final KubeHerald herald;
    final KubeRolloutStore store;
    volatile boolean schemaIsOld;
    /** Namespaces whose McpRollouts may manage every VirtualService. */
    volatile Set<String> letFrom = Set.of();

    KubeBed() {
        Shipped.everywhere(api);
        api.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: mcp-services}");
        api.apply(Shipped.text("kustomize/tenant/credentials.yaml", NAMESPACE));
        api.authorizeByRoles();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig("system:serviceaccount:mcprollout-system:mcprollout")))
                .build();
        prompt = new PromptClient(client);
        rollouts = new RolloutWatch(client, Set.of(), Optional.empty(), changed::add);
        workloads = new KubeWorkloads(
                client,
                prompt,
                Set.of(),
                (key, routes) -> Optional.of(Set.of("track")),
                Fence.NONE,
                Clock.systemUTC(),
                changed::add);
        secrets = new KubeSecretReader(prompt);
        herald = new KubeHerald(prompt, rollouts::get, "test", Clock.systemUTC());
        store = new KubeRolloutStore(
                prompt,
                rollouts,
                new SpecParser(Set.of(), Set.of(), probes -> List.of()),
                secrets,
                herald,
                workloads,
                (namespace, service) -> letFrom.contains(namespace),
                () -> schemaIsOld,
                Clock.systemUTC());
        await().until(rollouts::isSynced);
    }

    static org.awaitility.core.ConditionFactory await() {
        return Awaitility.await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(10));
    }

    /** Creates the McpRollout, with more lines of spec, and waits until it is known. */
    KubeBed withRollout(String more) {
        api.apply(rollout("mcp-server", more));
        await().until(() -> rollouts.get(KEY).isPresent());
        return this;
    }

    /** Creates the stable or canary Deployment, or gives it another image, and waits until the controller knows. */
    void deploy(String name, String image) {
        Optional<Revision> before = revision(name);
        api.apply(deployment(name, image));
        await().until(() -> {
            Optional<Revision> now = revision(name);
            return now.isPresent() && !now.equals(before);
        });
    }

    private Optional<Revision> revision(String deployment) {
        return workloads.observe(KEY, setup(), false).values().stream()
                .filter(slot -> slot.deployment().equals(deployment))
                .findFirst()
                .flatMap(SlotView::revision);
    }

    static String rollout(String name, String more) {
        return """
                apiVersion: mcprollout.io/v1alpha1
                kind: McpRollout
                metadata: {name: %s, namespace: mcp-services}
                spec:
                  workloads: {stable: {name: stable}, canary: {name: canary}}
                  traffic:
                    istio:
                      virtualServices: [{name: mcp-server}]
                      destinationRule: {name: mcp-server, stableSubset: stable, canarySubset: canary}
                  steps: [{weight: 10}, {weight: 100}]
                  evidence:
                    probes: [{name: outside, mcp: {url: 'https://mcp.example.com/mcp'}}]
                """.formatted(name) + more.indent(2);
    }

    /** A Deployment of one of the slots, without pods. */
    static String deployment(String name, String image) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: %1$s, namespace: mcp-services}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: mcp, slot: %1$s}}
                  template:
                    metadata: {labels: {app: mcp, slot: %1$s, track: %1$s, team: agents}}
                    spec: {containers: [{name: server, image: '%2$s'}]}
                """.formatted(name, image);
    }

    Stored load() {
        return store.load(KEY).orElseThrow();
    }

    Setup setup() {
        return ((Wish.Accepted) load().wish()).setup();
    }

    @Override
    public void close() {
        herald.close();
        workloads.close();
        rollouts.close();
        prompt.close();
        client.close();
        api.close();
    }
}
