package io.mcprollout.sandbox.mesh;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An ingress gateway in this process: a reverse proxy on a loopback port that routes HTTP/1.1 by Istio's objects, streams in
 * both directions, follows changes after a delay, and counts as Envoy does on an admin port of its own.
 */
public final class Mesh implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Mesh.class.getName());
    private static final int HEAD_BYTES = 64 * 1024;

    private final Vertx vertx;
    private final MeshConfig config;
    private final MeshSettings settings;
    private final GatewayStats stats;
    private final HttpClient client;
    private final HttpServer gateway;
    private final HttpServer admin;
    private final AtomicBoolean pending = new AtomicBoolean();
    private volatile MeshSnapshot snapshot;
    private volatile boolean connected = true;
    private volatile Optional<String> problem = Optional.empty();

    private Mesh(Vertx vertx, MeshConfig config, MeshSettings settings) {
        this.vertx = vertx;
        this.config = config;
        this.settings = settings;
        this.stats = new GatewayStats(InstantSource.system());
        this.snapshot = MeshSnapshot.of(new MemoryMeshConfig(), settings.gateway());
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAliveTimeout(
                                (int) Math.max(1, settings.upstreamIdle().toSeconds()))
                        .setMaxHeaderSize(HEAD_BYTES)
                        .setMaxInitialLineLength(HEAD_BYTES),
                new PoolOptions().setHttp1MaxSize(100_000));
        this.gateway = server();
        this.admin = server();
    }

    /** Starts a gateway that has read the configuration once. */
    public static Mesh start(Vertx vertx, MeshConfig config, MeshSettings settings) {
        Mesh mesh = new Mesh(vertx, config, settings);
        Router router = new Router(new Upstream(vertx, mesh.client, mesh.stats, settings), () -> mesh.snapshot);
        mesh.read();
        mesh.gateway.requestHandler(router::route);
        mesh.admin.requestHandler(new AdminServer(mesh.stats)::handle);
        await(Future.all(mesh.gateway.listen(settings.port()), mesh.admin.listen(settings.adminPort())));
        return mesh;
    }

    private HttpServer server() {
        return vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(HEAD_BYTES)
                .setMaxInitialLineLength(HEAD_BYTES));
    }

    /** The port that clients use. */
    public int port() {
        return gateway.actualPort();
    }

    /** The port of {@code /stats/prometheus}. */
    public int adminPort() {
        return admin.actualPort();
    }

    /** The gateway's counters. */
    public GatewayStats stats() {
        return stats;
    }

    /** What was wrong with the newest configuration, which is then not used; empty when all is well. */
    public Optional<String> problem() {
        return problem;
    }

    /** Tells that the configuration changed: it is read after the propagation delay, together with what changes until then. */
    public void configChanged() {
        if (connected && pending.compareAndSet(false, true)) {
            after(settings.propagation(), () -> {
                pending.set(false);
                if (connected) {
                    read();
                }
            });
        }
    }

    /** The control plane is gone: the gateway keeps the configuration it has. */
    public void disconnect() {
        connected = false;
    }

    /** The control plane is back: the gateway reads the configuration after the reconnection delay. */
    public void reconnect() {
        after(settings.reconnect(), () -> {
            connected = true;
            read();
        });
    }

    private void after(Duration delay, Runnable action) {
        if (delay.toMillis() < 1) {
            action.run();
        } else {
            vertx.setTimer(delay.toMillis(), id -> action.run());
        }
    }

    private void read() {
        try {
            MeshSnapshot next = MeshSnapshot.of(config, settings.gateway());
            next.clusters().byName().keySet().forEach(stats::declare);
            snapshot = next;
            problem = Optional.empty();
        } catch (InvalidRouteException e) {
            LOG.log(System.Logger.Level.WARNING, "configuration not used: {0}", e.getMessage());
            problem = Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Stops listening and closes every connection. */
    @Override
    public void close() {
        await(Future.join(List.of(gateway.close(), admin.close(), client.close())));
    }

    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }
}
