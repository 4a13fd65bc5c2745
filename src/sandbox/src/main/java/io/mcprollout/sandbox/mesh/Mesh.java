package io.mcprollout.sandbox.mesh;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.PoolOptions;
import java.time.InstantSource;
import java.util.List;

/**
 * An ingress gateway in this process: a reverse proxy on a loopback port that routes HTTP/1.1 by Istio's objects, streams in
 * both directions, follows changes after a delay, and counts as Envoy does on an admin port of its own.
 */
public final class Mesh implements Gateway {
    static final int HEAD_BYTES = 64 * 1024;
    /* Envoy's default. */
    private static final long FLUSHED_EVERY_MILLIS = 5000;

    private final GatewayStats stats;
    private final HttpClient client;
    private final HttpServer gateway;
    private final HttpServer admin;
    private final ControlPlane controlPlane;
    private final Vertx vertx;
    private final long flushing;
    private volatile MeshSnapshot snapshot;

    private Mesh(Vertx vertx, MeshConfig config, MeshSettings settings) {
        this.vertx = vertx;
        this.stats = new GatewayStats(InstantSource.system());
        this.flushing = vertx.setPeriodic(FLUSHED_EVERY_MILLIS, id -> stats.flush());
        this.snapshot = MeshSnapshot.of(new MemoryMeshConfig(), settings.gateway());
        this.controlPlane = new ControlPlane(vertx, config, settings, this::use);
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAliveTimeout(
                                (int) Math.max(1, settings.upstreamIdle().toSeconds()))
                        .setMaxHeaderSize(HEAD_BYTES)
                        .setMaxInitialLineLength(HEAD_BYTES),
                new PoolOptions().setHttp1MaxSize(100_000));
        this.gateway = server(vertx);
        this.admin = server(vertx);
    }

    /** Starts a gateway that has read the configuration once. */
    public static Mesh start(Vertx vertx, MeshConfig config, MeshSettings settings) {
        Mesh mesh = new Mesh(vertx, config, settings);
        Router router = new Router(new Upstream(vertx, mesh.client, mesh.stats, settings), () -> mesh.snapshot);
        mesh.controlPlane.deliver();
        mesh.gateway.requestHandler(router::route);
        mesh.admin.requestHandler(new AdminServer(mesh.stats)::handle);
        await(Future.all(mesh.gateway.listen(settings.port()), mesh.admin.listen(settings.adminPort())));
        return mesh;
    }

    private static HttpServer server(Vertx vertx) {
        return vertx.createHttpServer(new HttpServerOptions()
                .setHost("127.0.0.1")
                .setHandle100ContinueAutomatically(true)
                .setMaxHeaderSize(HEAD_BYTES)
                .setMaxInitialLineLength(HEAD_BYTES));
    }

    private void use(MeshSnapshot next) {
        next.clusters().byName().keySet().forEach(stats::declare);
        snapshot = next;
    }

    @Override
    public int port() {
        return gateway.actualPort();
    }

    @Override
    public int adminPort() {
        return admin.actualPort();
    }

    @Override
    public ControlPlane controlPlane() {
        return controlPlane;
    }

    /** The gateway's counters. */
    public GatewayStats stats() {
        return stats;
    }

    @Override
    public void close() {
        vertx.cancelTimer(flushing);
        await(Future.join(List.of(gateway.close(), admin.close(), client.close())));
    }

    private static void await(Future<?> future) {
        future.toCompletionStage().toCompletableFuture().join();
    }
}
