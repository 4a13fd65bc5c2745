package io.mcprollout.sandbox.mesh;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Two versions of an echo server behind a mesh, stable and canary, and a client. */
final class MeshBed implements AutoCloseable {
    static final String SERVICE = "mcp-server.ns.svc.cluster.local";
    static final String STABLE = "outbound|3000|stable|" + SERVICE;
    static final String CANARY = "outbound|3000|canary|" + SERVICE;
    static final String TWO = """
            - route:
              - {destination: {host: mcp-server, subset: stable}, weight: %d, headers: {response: {set: {x-mcp-variant: stable}}}}
              - {destination: {host: mcp-server, subset: canary}, weight: %d, headers: {response: {set: {x-mcp-variant: canary}}}}
            """;

    final Vertx vertx = Vertx.vertx();
    final EchoServer stable = EchoServer.start(vertx, "stable");
    final EchoServer canary = EchoServer.start(vertx, "canary");
    final MemoryMeshConfig config = new MemoryMeshConfig();
    final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    final Mesh mesh;

    MeshBed(String http) {
        this(http, Duration.ZERO);
    }

    MeshBed(String http, Duration delay) {
        config.services(Service.of(SERVICE, 3000));
        config.destinationRules(Yaml.of("""
                {kind: DestinationRule, metadata: {name: mcp, namespace: ns}, spec: {host: mcp-server, subsets: [
                 {name: stable, labels: {version: stable}}, {name: canary, labels: {version: canary}}]}}
                """));
        config.endpoints(pod(stable, "stable"), pod(canary, "canary"));
        config.virtualServices(Yaml.virtualService(http));
        SplittableRandom random = new SplittableRandom(7);
        mesh = Mesh.start(
                vertx,
                config,
                MeshSettings.of("istio-ingress/gateway").delays(delay, delay).draws(random::nextDouble));
    }

    static Endpoint pod(EchoServer server, String version) {
        return server.endpoint(SERVICE, 3000, Map.of("version", version, "app", "mcp-server"));
    }

    /** A pod that nothing listens for. */
    static Endpoint deadPod(String version) {
        try (ServerSocket socket = new ServerSocket(0)) {
            int port = socket.getLocalPort();
            return new Endpoint(SERVICE, 3000, "127.0.0.1", port, true, version, Map.of("version", version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void rewrite(String http) {
        config.virtualServices(Yaml.virtualService(http));
        mesh.configChanged();
    }

    HttpResponse<String> get(String path, String... headers) {
        HttpRequest.Builder request = to(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.build());
    }

    /** A request to the mesh. */
    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mesh.port() + path))
                .timeout(Duration.ofSeconds(10));
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The exposition's lines that hold all these texts. */
    List<String> stats(String... texts) {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + mesh.adminPort() + "/stats/prometheus"))
                .build();
        return send(request)
                .body()
                .lines()
                .filter(line -> List.of(texts).stream().allMatch(line::contains))
                .toList();
    }

    /** The sum of the series of a family with all these label texts. */
    long count(String family, String... labels) {
        return stats(labels).stream()
                .filter(line -> line.startsWith(family + "{"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    @Override
    public void close() {
        mesh.close();
        stable.close();
        canary.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
