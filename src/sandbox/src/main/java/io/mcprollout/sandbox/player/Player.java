package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.server.Faults;
import io.mcprollout.sandbox.server.SandboxServer;
import io.mcprollout.sandbox.server.SandboxServer.Exit;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The deployment player: everything between a Deployment in the API and a server that listens. Follows the API by watching it; its own writes are
 * those of the deployment and ReplicaSet controllers, the scheduler and the kubelet. Safe for any number of threads.
 */
public final class Player implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(Player.class.getName());

    private final KubeApi kube;
    private final Clock clock;
    private final PlayerThread thread = new PlayerThread();
    private final DeploymentControl deployments;
    private final ReplicaSetControl replicaSets;
    private final Nodes nodes;
    private final Kubelet kubelet;
    private final Map<String, Faults> faults = new ConcurrentHashMap<>();
    private final AtomicBoolean awake = new AtomicBoolean();
    private final List<Runnable> watches;

    private Player(KubeApi kube, Images images, PlayerSettings settings) {
        this.kube = kube;
        clock = settings.clock();
        deployments = new DeploymentControl(kube, settings.clock());
        replicaSets = new ReplicaSetControl(kube);
        nodes = new Nodes(kube, settings.clock());
        kubelet = new Kubelet(kube, thread, settings, images, this::applyFaults);
        nodes.create(settings.nodes());
        watches = Stream.of("deployments.apps", "replicasets.apps", "pods", "nodes")
                .map(resource -> kube.watch(resource, change -> wake()))
                .toList();
    }

    /** Starts to play on this API with the images of this registry. */
    public static Player start(KubeApi kube, Images images, PlayerSettings settings) {
        return new Player(kube, images, settings);
    }

    /** Makes every in-JVM server of the Deployment's pods do these things wrong, those that start later too, instead of what their environment says. */
    public void faults(String namespace, String deployment, Faults wrong) {
        onThread(() -> {
            faults.put(namespace + '/' + deployment, wrong);
            kubelet.runs().forEach(this::applyFaults);
            return true;
        });
    }

    /** The in-JVM servers that run for the Deployment now. */
    public List<SandboxServer> servers(String namespace, String deployment) {
        return onThread(() -> kubelet.runs().stream()
                .filter(run -> key(run.pod()).equals(namespace + '/' + deployment))
                .flatMap(Player::server)
                .toList());
    }

    /** Ends every container of the Deployment at once as a crash of this kind; answers how many. */
    public int kill(String namespace, String deployment, Exit how) {
        return onThread(() -> {
            List<PodRun> runs = kubelet.runs().stream()
                    .filter(run -> key(run.pod()).equals(namespace + '/' + deployment) && run.running() != null)
                    .toList();
            runs.forEach(run -> kill(run, how));
            return runs.size();
        });
    }

    /** Allows or forbids new pods on the node. */
    public void cordon(String node, boolean cordoned) {
        nodes.cordon(node, cordoned);
    }

    /** Sets the node's condition {@code Ready}; its pods go on. */
    public void ready(String node, boolean ready) {
        nodes.ready(node, ready);
    }

    /** Cordons the node and evicts its pods: each gets the condition {@code DisruptionTarget} and is deleted; answers how many. */
    public int drain(String node) {
        return onThread(() -> {
            nodes.cordon(node, true);
            List<ObjectNode> there = kube.list("pods", "", "").stream()
                    .filter(pod -> Nodes.node(pod).equals(node) && !Owned.isDeleted(pod))
                    .toList();
            there.forEach(this::evict);
            return there.size();
        });
    }

    @Override
    public void close() {
        watches.forEach(Runnable::run);
        onThread(() -> {
            kubelet.close();
            return true;
        });
        thread.close();
    }

    private void evict(ObjectNode pod) {
        String namespace = Json.meta(pod, "namespace");
        String name = Json.meta(pod, "name");
        kube.updateStatus("pods", namespace, name, now -> {
            Conditions conditions = new Conditions(now.path("status"), clock.instant())
                    .set("DisruptionTarget", true, "EvictionByEvictionAPI", "Eviction API: evicting");
            Json.child(now, "status").set("conditions", conditions.list());
            return now;
        });
        kube.delete("pods", namespace, name);
    }

    /* Many changes make one round: the next round sees all that came until it begins. */
    private void wake() {
        if (awake.compareAndSet(false, true)) {
            thread.execute(() -> {
                awake.set(false);
                round();
            });
        }
    }

    private void round() {
        List<ObjectNode> sets = kube.list("replicasets.apps", "", "");
        List<ObjectNode> pods = kube.list("pods", "", "");
        each("deployments.apps", kube.list("deployments.apps", "", ""), sets, deployments::reconcile);
        each("replicasets.apps", sets, pods, replicaSets::reconcile);
        nodes.schedule(pods);
        kubelet.sync(pods);
    }

    private static void each(
            String resource,
            List<ObjectNode> objects,
            List<ObjectNode> owned,
            BiConsumer<ObjectNode, List<ObjectNode>> control) {
        for (ObjectNode object : objects) {
            try {
                control.accept(object, owned);
            } catch (ApiException e) {
                LOG.log(
                        e.code() == 404 ? System.Logger.Level.DEBUG : System.Logger.Level.WARNING,
                        resource + " " + Json.meta(object, "namespace") + "/" + Json.meta(object, "name") + ": "
                                + e.getMessage());
            }
        }
    }

    private void applyFaults(PodRun run) {
        Faults wrong = faults.get(key(run.pod()));
        if (wrong != null) {
            server(run).filter(server -> !server.faults().equals(wrong)).forEach(server -> server.faults(wrong));
        }
    }

    private static void kill(PodRun run, Exit how) {
        Program.Running running = run.running();
        if (running != null) {
            running.kill(how);
        }
    }

    private static Stream<SandboxServer> server(PodRun run) {
        return run.running() instanceof ServerProgram.InThisJvm here ? Stream.of(here.server()) : Stream.empty();
    }

    private static String key(ObjectNode pod) {
        return Json.meta(pod, "namespace") + '/' + Owned.workload(pod);
    }

    private <T> T onThread(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        thread.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer.join();
    }
}
