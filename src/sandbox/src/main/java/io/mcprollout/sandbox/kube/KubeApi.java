package io.mcprollout.sandbox.kube;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.http.Authorizer;
import io.mcprollout.sandbox.kube.http.Faults;
import io.mcprollout.sandbox.kube.http.KubeServer;
import io.mcprollout.sandbox.kube.http.RbacAuthorizer;
import io.mcprollout.sandbox.kube.http.RequestLog;
import io.mcprollout.sandbox.kube.istio.IstioResources;
import io.mcprollout.sandbox.kube.istio.IstioWebhook;
import io.mcprollout.sandbox.kube.model.Call;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.model.Write;
import io.mcprollout.sandbox.kube.patch.Patches;
import io.mcprollout.sandbox.kube.store.Admission;
import io.mcprollout.sandbox.kube.store.Change;
import io.mcprollout.sandbox.kube.store.Cluster;
import io.mcprollout.sandbox.kube.store.Key;
import io.mcprollout.sandbox.kube.store.Registry;
import io.mcprollout.sandbox.kube.store.Selector;
import io.mcprollout.sandbox.kube.store.Store;
import io.mcprollout.sandbox.kube.store.Stored;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A Kubernetes API server in this process, reachable over HTTP on loopback and by direct calls.
 *
 * <p>Resources are named as kubectl names them: {@code pods}, {@code deployments.apps}, {@code vs}. Namespaces of cluster-scoped
 * objects are "". Direct calls pass no faults, no authorizer and no request log; what they refuse is an
 * {@link io.mcprollout.sandbox.kube.model.ApiException}.
 */
public final class KubeApi implements AutoCloseable {
    private static final Write WRITE = Write.by("sandbox");

    private final Vertx vertx;
    private final Cluster cluster;
    private final KubeServer server;
    private final ExecutorService notifier = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("kube-changes").factory());

    /**
     * How the server is to be.
     *
     * @param port 0 for a free one
     * @param historyLimit changes of each type kept for watches that resume
     * @param clock tells creation times and ages
     */
    public record Options(int port, int historyLimit, Duration bookmarkInterval, Clock clock) {
        /** A free port, 10,000 changes, a bookmark every 5 s, the system's clock. */
        public static Options defaults() {
            return new Options(0, 10_000, Duration.ofSeconds(5), Clock.systemUTC());
        }

        /** The same on that port. */
        public Options withPort(int other) {
            return new Options(other, historyLimit, bookmarkInterval, clock);
        }

        /** The same with a shorter or longer history. */
        public Options withHistoryLimit(int other) {
            return new Options(port, other, bookmarkInterval, clock);
        }

        /** The same with bookmarks more or less often. */
        public Options withBookmarkInterval(Duration other) {
            return new Options(port, historyLimit, other, clock);
        }

        /** The same by another clock. */
        public Options withClock(Clock other) {
            return new Options(port, historyLimit, bookmarkInterval, other);
        }
    }

    private KubeApi(Options options) {
        this.vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.cluster = new Cluster(new Store(options.historyLimit()), new Registry(), options.clock());
        this.server = KubeServer.start(vertx, cluster, options.clock(), options.bookmarkInterval(), options.port());
    }

    /** Starts a server on a free port. */
    public static KubeApi start() {
        return start(Options.defaults());
    }

    /** Starts a server as told. */
    public static KubeApi start(Options options) {
        return new KubeApi(options);
    }

    /** Where it listens, such as {@code http://127.0.0.1:41234}. */
    public String url() {
        return "http://127.0.0.1:" + server.port();
    }

    /** A kubeconfig that names this server, with that token (a user's name such as {@code system:serviceaccount:a:b}, or ""). */
    public String kubeconfig(String token) {
        return """
                apiVersion: v1
                kind: Config
                clusters: [{name: sandbox, cluster: {server: "%s"}}]
                users: [{name: sandbox, user: {token: "%s"}}]
                contexts: [{name: sandbox, context: {cluster: sandbox, user: sandbox, namespace: default}}]
                current-context: sandbox
                """.formatted(url(), token);
    }

    /** The faults that calls over HTTP meet. */
    public Faults faults() {
        return server.faults();
    }

    /** The calls that came over HTTP. */
    public RequestLog log() {
        return server.log();
    }

    /** Asks that authorizer about every call over HTTP from now on. */
    public void authorize(Authorizer authorizer) {
        server.authorize(authorizer);
    }

    /** Ends the matching watches as a server does that restarts; answers how many. */
    public int endWatches(Predicate<Call> matching) {
        return server.endWatches(matching);
    }

    /** How many matching watches are open. */
    public long openWatches(Predicate<Call> matching) {
        return server.openWatches(matching);
    }

    /** From now on ServiceAccounts may do over HTTP what the Roles and bindings in the store let them. */
    public void authorizeByRoles() {
        server.authorize(new RbacAuthorizer(cluster.store()));
    }

    /** Serves VirtualService, DestinationRule and Gateway, checked by the webhook that is answered. */
    public IstioWebhook installIstio() {
        IstioResources.definitions().forEach(this::apply);
        var webhook = new IstioWebhook();
        cluster.addAdmission(webhook);
        return webhook;
    }

    /** Forgets all history: watches that resume from an earlier version get 410. */
    public void forgetHistory() {
        cluster.store().forgetHistory();
    }

    /** Asks the rule before every create and update, until the returned action is run. */
    public Runnable addAdmission(Admission admission) {
        return cluster.addAdmission(admission);
    }

    /** Creates the object, in namespace {@code default} if it names none. */
    public ObjectNode create(ObjectNode object) {
        return cluster.create(target(object).sibling(target(object).namespace(), ""), Json.canonical(object), WRITE)
                .deepCopy();
    }

    /** Creates or changes the objects of a YAML text with one or more documents; a status in it is written too. */
    public List<ObjectNode> apply(String yaml) {
        var applied = new ArrayList<ObjectNode>();
        for (var document : Json.documents(yaml)) {
            if (document.get("items") instanceof ArrayNode items) {
                items.forEach(item -> applied.add(apply((ObjectNode) item)));
            } else applied.add(apply(document));
        }
        return applied;
    }

    /** Creates the object or merges it into the one that is there; a status in it is written too. */
    public ObjectNode apply(ObjectNode object) {
        var target = target(object);
        var canonical = Json.canonical(object);
        var there = cluster.store().get(cluster.key(target));
        var applied = there.isPresent()
                ? cluster.change(target, WRITE, before -> Patches.merge(before, canonical))
                : cluster.create(target.sibling(target.namespace(), ""), canonical, WRITE);
        if (!object.has("status") || !target.type().statusSubresource()) return applied.deepCopy();
        var status = Json.object();
        status.set("status", canonical.path("status"));
        var statusTarget =
                new Target(target.type(), target.version(), target.namespace(), Json.meta(applied, "name"), "status");
        return cluster.change(statusTarget, WRITE, before -> Patches.merge(before, status))
                .deepCopy();
    }

    /** The object, if there is one. */
    public Optional<ObjectNode> get(String resource, String namespace, String name) {
        return cluster.store()
                .get(cluster.key(target(resource, namespace, name, "")))
                .map(Stored::object)
                .map(ObjectNode::deepCopy);
    }

    /** The objects in that namespace ("" for all) whose labels satisfy the selector ("" for all). */
    public List<ObjectNode> list(String resource, String namespace, String labelSelector) {
        var type = cluster.registry().called(resource);
        var selector = Selector.of(type, labelSelector, "");
        return cluster.store().list(type.storeKey(), namespace).objects().stream()
                .map(Stored::object)
                .filter(selector)
                .map(ObjectNode::deepCopy)
                .toList();
    }

    /** Puts in place of the object what the change makes of a copy; its status stays where status is a subresource. */
    public ObjectNode update(String resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        return write(target(resource, namespace, name, ""), change);
    }

    /** Puts in place of the object's status what the change makes of it in a copy of the object. */
    public ObjectNode updateStatus(String resource, String namespace, String name, UnaryOperator<ObjectNode> change) {
        return write(target(resource, namespace, name, "status"), change);
    }

    /** Merges the YAML or JSON text into the object. */
    public ObjectNode mergePatch(String resource, String namespace, String name, String patch) {
        var members = parse(patch);
        return write(target(resource, namespace, name, ""), before -> Patches.merge(before, members));
    }

    /** Applies the operations of a JSON Patch, a YAML or JSON text, to the object. */
    public ObjectNode jsonPatch(String resource, String namespace, String name, String operations) {
        var parsed = Json.parse(operations.getBytes(StandardCharsets.UTF_8));
        return write(target(resource, namespace, name, ""), before -> Patches.json(before, parsed));
    }

    private static ObjectNode parse(String text) {
        return (ObjectNode) Json.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private ObjectNode write(Target target, UnaryOperator<ObjectNode> change) {
        return cluster.change(target, WRITE, before -> Json.canonical(change.apply(before)))
                .deepCopy();
    }

    /** Deletes the object and, in the background, what it owns. */
    public ObjectNode delete(String resource, String namespace, String name) {
        return cluster.deletion()
                .delete(target(resource, namespace, name, ""), Json.object(), false)
                .deepCopy();
    }

    /**
     * Calls the listener with every object of the resource as ADDED, then with every change, one after another on a thread of its
     * own, until the returned action is run.
     */
    public Runnable watch(String resource, Consumer<Change> listener) {
        var type = cluster.registry().called(resource);
        return cluster.store().exclusively(() -> {
            for (var stored : cluster.store().list(type.storeKey(), "").objects()) {
                var change = new Change(stored.revision(), Key.of(type, stored.object()), null, stored, false);
                notifier.execute(() -> listener.accept(change));
            }
            return cluster.store()
                    .subscribe(type.storeKey(), change -> notifier.execute(() -> listener.accept(change)));
        });
    }

    private Target target(String resource, String namespace, String name, String subresource) {
        var type = cluster.registry().called(resource);
        return new Target(type, type.storageVersion(), type.namespaced() ? namespace : "", name, subresource);
    }

    private Target target(ObjectNode object) {
        var type = cluster.registry().of(object);
        String apiVersion = object.path("apiVersion").asText();
        String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
        String namespace = Json.meta(object, "namespace").isEmpty() ? "default" : Json.meta(object, "namespace");
        return new Target(type, version, type.namespaced() ? namespace : "", Json.meta(object, "name"), "");
    }

    @Override
    public void close() {
        server.close();
        notifier.shutdownNow();
        vertx.close()
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }
}
