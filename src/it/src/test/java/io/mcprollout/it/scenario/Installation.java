package io.mcprollout.it.scenario;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.mcprollout.controller.adapter.istio.IstioTrafficRouter;
import io.mcprollout.controller.adapter.kube.KubeHerald;
import io.mcprollout.controller.adapter.kube.KubeRolloutStore;
import io.mcprollout.controller.adapter.kube.KubeSecretReader;
import io.mcprollout.controller.adapter.kube.KubeWorkloads;
import io.mcprollout.controller.adapter.kube.PromptClient;
import io.mcprollout.controller.adapter.kube.RolloutWatch;
import io.mcprollout.controller.adapter.kube.SpecParser;
import io.mcprollout.controller.loop.RolloutLoop;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.it.Shipped;
import io.mcprollout.sandbox.kube.KubeApi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A controller for all namespaces of an API server that looks only when a watch tells it to, or at once again, and never because time has
 * passed. Its clock goes on with every look.
 */
final class Installation implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /* Between two writes of status that only tell something else. */
    private static final Duration LATER = Duration.ofSeconds(40);

    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final InstantSource time = () -> now;
    private final Clock clock = time.withZone(ZoneOffset.UTC);
    private final KubeApi api = KubeApi.start();
    private final LinkedBlockingQueue<RolloutKey> woken = new LinkedBlockingQueue<>();
    private final KubernetesClient client;
    private final PromptClient prompt;
    private final RolloutWatch rollouts;
    private final KubeHerald herald;
    private final IstioTrafficRouter router;
    private final KubeWorkloads workloads;
    private final RolloutLoop loop;

    Installation() {
        Shipped.everywhere(api);
        api.installIstio();
        api.authorizeByRoles();
        client = new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(api.kubeconfig("system:serviceaccount:mcprollout-system:mcprollout")))
                .build();
        prompt = new PromptClient(client);
        rollouts = new RolloutWatch(client, Set.of(), Optional.empty(), woken::add);
        herald = new KubeHerald(prompt, rollouts::get, "test", clock);
        router = new IstioTrafficRouter(client, Set.of(), this::podLabels, Fence.NONE, woken::add);
        workloads = new KubeWorkloads(client, prompt, Set.of(), router::subsetLabels, Fence.NONE, clock, woken::add);
        var store = new KubeRolloutStore(
                prompt,
                rollouts,
                new SpecParser(Set.of(), Set.of(), probes -> List.of()),
                new KubeSecretReader(prompt),
                herald,
                workloads,
                router::lets,
                () -> false,
                clock);
        loop = Nobody.loop(store, router, workloads, herald, clock);
        await("", "synced", rollouts::isSynced);
    }

    private Optional<java.util.Map<String, String>> podLabels(RolloutKey key, io.mcprollout.policy.traffic.Slot slot) {
        return workloads.podLabels(key, slot);
    }

    void namespace(String name) {
        api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + name + "}}");
    }

    /** Applies a manifest, whose namespace is NS. */
    void apply(String namespace, String yaml) {
        api.apply(yaml.replace("NS", namespace));
    }

    ObjectNode rollout(String namespace) {
        return api.get("mcprollouts.mcprollout.io", namespace, "mcp-server").orElseThrow();
    }

    /** Looks whenever something is told, until the condition holds. */
    void await(String namespace, String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never " + what + " but "
                        + (namespace.isEmpty() ? "" : rollout(namespace).path("status")));
            }
            next().ifPresent(this::look);
        }
    }

    private Optional<RolloutKey> next() {
        try {
            return Optional.ofNullable(woken.poll(5, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Looks though nothing was told, as when time has passed. */
    void look(String namespace) {
        woken.add(new RolloutKey(namespace, "mcp-server"));
    }

    private void look(RolloutKey key) {
        now = now.plus(LATER);
        try {
            Optional<Duration> next = loop.tick(key);
            if (next.isPresent() && next.get().compareTo(Duration.ofSeconds(1)) < 0) {
                woken.add(key);
            }
        } catch (IllegalStateException vain) {
            woken.add(key);
        }
        if (rollouts.get(key).isEmpty()) {
            router.forget(key);
            workloads.forget(key);
        }
    }

    /** Removes a namespace with all that is in it. */
    void remove(String namespace) {
        RolloutKey key = new RolloutKey(namespace, "mcp-server");
        api.delete("namespaces", "", namespace);
        await("", "gone", () -> rollouts.get(key).isEmpty());
        look(key);
        woken.removeIf(key::equals);
    }

    long writesOfRoutes() {
        return api.log().entries().stream()
                .filter(entry -> entry.call().resource().equals("virtualservices")
                        && !Set.of("get", "list", "watch").contains(entry.call().verb()))
                .count();
    }

    @Override
    public void close() {
        herald.close();
        workloads.close();
        router.close();
        rollouts.close();
        prompt.close();
        client.close();
        api.close();
    }
}
