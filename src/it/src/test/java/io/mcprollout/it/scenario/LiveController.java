package io.mcprollout.it.scenario;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.mcprollout.controller.adapter.istio.IstioTrafficRouter;
import io.mcprollout.controller.adapter.kube.KubeHerald;
import io.mcprollout.controller.adapter.kube.KubeRolloutStore;
import io.mcprollout.controller.adapter.kube.KubeSecretReader;
import io.mcprollout.controller.adapter.kube.KubeWorkloads;
import io.mcprollout.controller.adapter.kube.LeaseFence;
import io.mcprollout.controller.adapter.kube.PromptClient;
import io.mcprollout.controller.adapter.kube.RolloutWatch;
import io.mcprollout.controller.adapter.kube.SpecParser;
import io.mcprollout.controller.loop.RolloutLoop;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;

/** One process of the controller: the loop with its adapters for Kubernetes and Istio, under the shipped roles. */
final class LiveController implements AutoCloseable {
    private static final String ACCOUNT = "system:serviceaccount:mcprollout-system:mcprollout";

    final String name;
    final IstioTrafficRouter router;
    final Nobody meters = new Nobody();
    private final KubernetesClient client;
    private final PromptClient prompt;
    private final RolloutWatch rollouts;
    private final KubeWorkloads workloads;
    private final KubeHerald herald;
    private final RolloutLoop loop;
    /** When the loop wants to look again though nothing happens; empty when only a change can matter. */
    Optional<Duration> next = Optional.empty();
    /** What happens between a decision that is saved and its act. */
    Runnable beforeAct = () -> {};

    /** A process whose requests carry {@code name} as their user agent, and that asks the Lease whether it leads before it raises. */
    LiveController(LiveCluster cluster, String name) {
        this(cluster, name, new TreeSet<>(List.of(LiveCluster.NAMESPACE, cluster.routes)));
    }

    /** The same, whose VirtualServices are watched in those namespaces only. */
    LiveController(LiveCluster cluster, String name, Set<String> routed) {
        this.name = name;
        Config config = Config.fromKubeconfig(cluster.api.kubeconfig(ACCOUNT));
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config).withUserAgent(name).build())
                .build();
        prompt = new PromptClient(client);
        rollouts = new RolloutWatch(client, Set.of(LiveCluster.NAMESPACE), Optional.empty(), key -> {});
        herald = new KubeHerald(prompt, rollouts::get, name, cluster.clock);
        LeaseFence fence = new LeaseFence(prompt, LiveCluster.LEASE_NAMESPACE, "mcprollout", name);
        router = new IstioTrafficRouter(client, routed, this::podLabels, fence, key -> {});
        workloads = new KubeWorkloads(
                client, prompt, Set.of(LiveCluster.NAMESPACE), router::subsetLabels, fence, cluster.clock, key -> {});
        var store = new KubeRolloutStore(
                prompt,
                rollouts,
                new SpecParser(Set.of("istio"), routed, probes -> List.of()),
                new KubeSecretReader(prompt),
                herald,
                workloads,
                router::lets,
                () -> false,
                cluster.clock);
        loop = new RolloutLoop(
                store,
                new Acting(),
                workloads,
                cluster.traffic,
                cluster.traffic.mesh(),
                herald,
                meters,
                cluster.clock,
                Duration.ofSeconds(30),
                50);
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        rollouts.isSynced() && rollouts.get(LiveCluster.KEY).isPresent());
    }

    private Optional<java.util.Map<String, String>> podLabels(RolloutKey rollout, Slot slot) {
        return workloads.podLabels(rollout, slot);
    }

    /** Looks until nothing is to be done at once; a look that throws is one in vain. */
    void tick() {
        tick(LiveCluster.KEY);
    }

    void tick(RolloutKey key) {
        for (int i = 0; i < 20; i++) {
            try {
                next = loop.tick(key);
                if (next.isEmpty() || next.get().compareTo(Duration.ofMillis(1)) > 0) {
                    return;
                }
            } catch (IllegalStateException vain) {
                return;
            }
        }
    }

    @Override
    public void close() {
        herald.close();
        workloads.close();
        router.close();
        rollouts.close();
        prompt.close();
        client.close();
    }

    /** The router for Istio; a freeze can be put before its writes. */
    private final class Acting implements TrafficRouter {
        @Override
        public Traffic observe(RolloutKey rollout, Routes routes, Slot stable) {
            return router.observe(rollout, routes, stable);
        }

        @Override
        public List<Problem> check(RolloutKey rollout, Routes routes) {
            return router.check(rollout, routes);
        }

        @Override
        public Paths paths(RolloutKey rollout, Routes routes, List<ProbeSpec> probes) {
            return router.paths(rollout, routes, probes);
        }

        @Override
        public Optional<String> gitManager(RolloutKey rollout, Routes routes) {
            return router.gitManager(rollout, routes);
        }

        @Override
        public Optional<String> prepare(RolloutKey rollout, Routes routes, Slot stable) {
            return router.prepare(rollout, routes, stable);
        }

        @Override
        public Written hold(RolloutKey rollout, Routes routes, TrafficPlan plan, Traffic seen) {
            beforeAct.run();
            return router.hold(rollout, routes, plan, seen);
        }

        @Override
        public Written release(RolloutKey rollout, Routes routes, Slot stable) {
            return router.release(rollout, routes, stable);
        }
    }
}
