package io.mcprollout.controller.app;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.mcprollout.controller.adapter.istio.IstioTrafficRouter;
import io.mcprollout.controller.adapter.kube.CrdSchemaCheck;
import io.mcprollout.controller.adapter.kube.KubeHerald;
import io.mcprollout.controller.adapter.kube.KubeRolloutStore;
import io.mcprollout.controller.adapter.kube.KubeSecretReader;
import io.mcprollout.controller.adapter.kube.KubeWorkloads;
import io.mcprollout.controller.adapter.kube.LeaseFence;
import io.mcprollout.controller.adapter.kube.PodFinder;
import io.mcprollout.controller.adapter.kube.PromptClient;
import io.mcprollout.controller.adapter.kube.RolloutWatch;
import io.mcprollout.controller.adapter.kube.SpecParser;
import io.mcprollout.controller.adapter.mcp.McpProber;
import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.loop.RolloutLoop;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.Meters;
import io.mcprollout.controller.port.RolloutKey;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Everything the loop needs, put together; the one place where adapters meet. */
final class Parts implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_AGAIN_MS = 5;
    private static final int FEW = 8;

    private final PromptClient api;
    private final RolloutWatch rollouts;
    private final CrdSchemaCheck schema;
    private final KubeHerald herald;
    private final KubeWorkloads workloads;
    private final IstioTrafficRouter router;
    private final GuardedClient http;
    private final PodFinder pods;
    private final MeshSources metrics;
    private final KubeRolloutStore store;
    private final RolloutLoop loop;
    private final WorkQueue queue;
    private volatile Optional<Thread> opening = Optional.empty();

    /**
     * Puts everything together and begins to watch.
     *
     * @param seat this controller's in the election
     * @param version of this controller
     */
    Parts(
            KubernetesClient client,
            Vertx vertx,
            ControllerConfig config,
            Leadership.Seat seat,
            Meters meters,
            Clock clock,
            String version) {
        this.queue = new WorkQueue(meters::late, this::look);
        this.api = new PromptClient(client);
        this.schema = new CrdSchemaCheck(api, clock);
        Fence fence = new LeaseFence(api, seat.namespace(), seat.name(), seat.identity());
        this.http = new GuardedClient(vertx, NameResolver.of(vertx), egress(config.egress()), Limits.DEFAULT);
        EntryPoints entryPoints = EntryPoints.parse(config.entryPoints());
        KubeSecretReader secrets = new KubeSecretReader(api);
        McpProber prober =
                new McpProber(vertx, http, entryPoints, secrets, clock, new SecureRandom().nextLong(), version);
        prober.onEvidence(queue::wake);
        Set<String> namespaces = config.namespaces().orElse(Set.of());
        Set<String> routed = routed(namespaces, config.routeNamespaces().orElse(Set.of()));
        this.rollouts = new RolloutWatch(client, namespaces, config.controllerClass(), queue::wake);
        this.herald = new KubeHerald(api, rollouts::get, "mcprollout", clock);
        this.router = new IstioTrafficRouter(client, routed, this::podLabels, fence, queue::wake);
        this.workloads = new KubeWorkloads(client, api, namespaces, router::subsetLabels, fence, clock, queue::wake);
        this.pods = new PodFinder(client);
        this.metrics = new MeshSources(config.sources(), vertx, pods, clock);
        this.store = new KubeRolloutStore(
                api,
                rollouts,
                new SpecParser(config.sources().keySet(), routed, prober::check),
                secrets,
                herald,
                workloads,
                router::lets,
                () -> !schema.problem().isEmpty(),
                clock);
        this.loop = new RolloutLoop(
                store,
                router,
                workloads,
                prober,
                metrics.source(),
                herald,
                meters,
                clock,
                config.snapshotInterval(),
                config.statusWritesPerSecond());
    }

    private Optional<Map<String, String>> podLabels(RolloutKey rollout, io.mcprollout.policy.traffic.Slot slot) {
        return workloads.podLabels(rollout, slot);
    }

    /* All of them need no more. */
    private static Set<String> routed(Set<String> namespaces, Set<String> more) {
        return namespaces.isEmpty()
                ? Set.of()
                : Stream.concat(namespaces.stream(), more.stream()).collect(Collectors.toSet());
    }

    private static EgressRules egress(ControllerConfig.Egress rules) {
        return new EgressRules(rules.metadata(), rules.loopback(), rules.privateNetworks());
    }

    private Optional<Duration> look(RolloutKey key) {
        Optional<Duration> next = loop.tick(key);
        if (!rollouts.isOurs(key)) {
            router.forget(key);
            workloads.forget(key);
        }
        return next;
    }

    /** Begins to act as soon as it knows what there is; does not wait for it. */
    void open() {
        opening = Optional.of(Thread.ofVirtual().name("opening").start(this::openWhenKnown));
    }

    /* What is not known by then is read piece by piece, which thousands of rollouts make long. */
    private void openWhenKnown() {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!isSynced() && System.nanoTime() < end) {
            if (!pause()) {
                return;
            }
        }
        queue.open();
        Set<RolloutKey> first = rollouts.underWay();
        Beginning.order(first, workloads.shortHanded()).forEach(queue::wake);
        Set<RolloutKey> others = new HashSet<>(rollouts.keys());
        others.removeAll(first);
        for (RolloutKey resting : others) {
            if (!awaitQuiet()) {
                return;
            }
            queue.wake(resting);
        }
        if (awaitQuiet()) {
            tidy();
        }
    }

    /*
     * Reading what there is, and looking at all of it, leaves tens of MiB of garbage in a big cluster. The serial collector would keep that
     * memory until its heap is full, for ever if little happens; it gives it back after a collection of everything.
     */
    private static void tidy() {
        System.gc();
    }

    /* Thousands that rest are looked at a few at a time: users wait for none of them, and all at once they need memory. */
    private boolean awaitQuiet() {
        while (queue.looks() >= FEW) {
            if (!pause()) {
                return false;
            }
        }
        return true;
    }

    private static boolean pause() {
        try {
            Thread.sleep(LOOK_AGAIN_MS);
            return true;
        } catch (InterruptedException closing) {
            return false;
        }
    }

    private boolean isSynced() {
        return rollouts.isSynced() && workloads.isSynced() && router.isSynced();
    }

    /** What keeps the controller from working, for people; empty when nothing does. */
    String trouble() {
        if (!rollouts.isSynced()) {
            return "the McpRollouts cannot be listed and watched yet";
        }
        return workloads.isSynced() ? schema.problem() : "the Deployments cannot be listed and watched yet";
    }

    WorkQueue queue() {
        return queue;
    }

    @Override
    public void close() {
        opening.ifPresent(Thread::interrupt);
        queue.close();
        rollouts.close();
        workloads.close();
        router.close();
        herald.close();
        metrics.close();
        pods.close();
        http.close();
        api.close();
    }
}
