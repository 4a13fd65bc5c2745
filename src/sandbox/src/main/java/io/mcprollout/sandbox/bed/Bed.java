package io.mcprollout.sandbox.bed;

import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.istio.IstioResources;
import io.mcprollout.sandbox.mesh.Gateway;
import io.mcprollout.sandbox.mesh.Mesh;
import io.mcprollout.sandbox.mesh.MeshConfig;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.player.ClusterMesh;
import io.mcprollout.sandbox.player.Images;
import io.mcprollout.sandbox.player.Player;
import io.mcprollout.sandbox.player.PlayerSettings;
import io.mcprollout.sandbox.process.Launch;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A cluster in this process: a Kubernetes API with our resources and Istio's, a player that runs what Deployments ask for, and an ingress gateway
 * that follows the VirtualServices. A controller in a process of its own finds it by {@link KubeApi#url}.
 */
public final class Bed implements AutoCloseable {

    private final Vertx vertx;
    private final KubeApi kube;
    private final Images images;
    private final Player player;
    private final Gateway mesh;
    private final Runnable following;

    private Bed(Path crds, PlayerSettings settings, GatewayStart gateway) {
        vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
        kube = api(crds);
        images = new Images();
        player = Player.start(kube, images, settings);
        ClusterMesh config = new ClusterMesh(kube);
        mesh = gateway.start(vertx, config);
        following = config.follow(mesh);
    }

    /** Starts a cluster with the CustomResourceDefinitions of this folder ({@code *-v1.yml}) and this gateway. */
    public static Bed start(Path crds, PlayerSettings settings, MeshSettings mesh) {
        return start(crds, settings, (vertx, config) -> Mesh.start(vertx, config, mesh));
    }

    /** The same with a gateway of another kind. */
    public static Bed start(Path crds, PlayerSettings settings, GatewayStart gateway) {
        return new Bed(crds, settings, gateway);
    }

    /** Starts only the Kubernetes API, with the CustomResourceDefinitions of this folder ({@code *-v1.yml}) and Istio's; nothing runs in it. */
    public static KubeApi api(Path crds) {
        return api(crds, KubeApi.Options.defaults());
    }

    /** The same as told. */
    public static KubeApi api(Path crds, KubeApi.Options options) {
        KubeApi kube = KubeApi.start(options);
        definitions(crds).forEach(kube::apply);
        IstioResources.definitions().forEach(kube::apply);
        return kube;
    }

    /** Starts a gateway that has read the configuration once. */
    @FunctionalInterface
    public interface GatewayStart {
        /** Starts it on these event loops. */
        Gateway start(Vertx vertx, MeshConfig config);
    }

    /** The Kubernetes API. */
    public KubeApi kube() {
        return kube;
    }

    /** What runs the pods. */
    public Player player() {
        return player;
    }

    /** Where pods get their images from. */
    public Images images() {
        return images;
    }

    /** The ingress gateway. */
    public Gateway mesh() {
        return mesh;
    }

    /** Event loops to share, for the load. */
    public Vertx vertx() {
        return vertx;
    }

    /** A URL at the gateway; the host that the routes know goes into the Host header. */
    public URI gateway(String path) {
        return URI.create("http://127.0.0.1:" + mesh.port() + path);
    }

    /** A packaged controller against this cluster, with the gateway as entry point and as source, both named {@code gateway}. */
    public Launch launch(Path app, Path log) {
        return Launch.against(app, kube.url(), log)
                .with("mcprollout.snapshot-interval", "1s")
                .with("mcprollout.entry-points.gateway", "127.0.0.1:" + mesh.port())
                .with("mcprollout.sources.gateway.scrape.preset", "envoy")
                .with("mcprollout.sources.gateway.scrape.addresses", "127.0.0.1:" + mesh.adminPort())
                .with("quarkus.log.console.json.enabled", "false");
    }

    @Override
    public void close() {
        following.run();
        mesh.close();
        player.close();
        kube.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private static List<String> definitions(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith("-v1.yml"))
                    .sorted()
                    .map(Bed::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " with the definitions of our resources cannot be read", e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
