package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.sandbox.envoy.EnvoyGateway;
import io.mcprollout.sandbox.mesh.EchoServer;
import io.mcprollout.sandbox.mesh.MemoryMeshConfig;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.mesh.Service;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;

/** What keeping sessions costs a real Envoy, and how soon a change of weights is felt behind it. */
final class TrafficBench implements AutoCloseable {
    private static final String SERVICE = "mcp-server.ns.svc.cluster.local";
    private static final String GATEWAY = "istio-ingress/gateway";
    private static final int AFTER = 200; // answers by the new version in a row that end the wait for an old one
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * One of the two sides of the comparison.
     *
     * @param p50 median time of a request, in microseconds
     * @param p99 99th percentile, in microseconds
     * @param cpu processor time of Envoy for one request, in microseconds
     */
    record Side(double p50, double p99, double cpu) {}

    /** Without and with the script. */
    record Cost(Side without, Side with) {}

    /** From a write to the first answer under the new weights and to the last under the old, in milliseconds; the last is 0 when none came after the write. */
    record Followed(double first, double last) {}

    private final Vertx vertx = Vertx.vertx();
    private final EchoServer stable = EchoServer.start(vertx, "stable");
    private final EchoServer canary = EchoServer.start(vertx, "canary");
    private final MemoryMeshConfig config = new MemoryMeshConfig();
    private final Path venv;
    private final Path folder;

    TrafficBench(Path venv, Path folder) throws IOException {
        this.venv = venv;
        this.folder = folder;
        config.services(Service.of(SERVICE, 3000));
        config.destinationRules(JSON.readTree("""
                {"kind": "DestinationRule", "metadata": {"name": "mcp", "namespace": "ns"}, "spec": {"host": "mcp-server",
                 "subsets": [{"name": "stable", "labels": {"version": "stable"}}, {"name": "canary", "labels": {"version": "canary"}}]}}
                """));
        config.endpoints(
                stable.endpoint(SERVICE, 3000, Map.of("version", "stable")),
                canary.endpoint(SERVICE, 3000, Map.of("version", "canary")));
        config.virtualServices(weights(90, 10));
    }

    private static JsonNode weights(int toStable, int toCanary) throws IOException {
        return JSON.readTree("""
                {"kind": "VirtualService", "metadata": {"name": "mcp", "namespace": "ns"},
                 "spec": {"hosts": ["*"], "gateways": ["%s"], "http": [
                  {"name": "pin-a-1", "match": [{"headers": {"x-mcp-pin": {"exact": "a-1"}}}],
                   "headers": {"request": {"remove": ["x-mcp-pin"]}, "response": {"set": {"x-mcp-variant": "a-1"}}},
                   "route": [{"destination": {"host": "mcp-server", "subset": "stable"}}]},
                  {"name": "new", "route": [
                   {"destination": {"host": "mcp-server", "subset": "stable"}, "weight": %d,
                    "headers": {"response": {"set": {"x-mcp-variant": "a-1"}}}},
                   {"destination": {"host": "mcp-server", "subset": "canary"}, "weight": %d,
                    "headers": {"response": {"set": {"x-mcp-variant": "b-1"}}}}]}]}}
                """.formatted(GATEWAY, toStable, toCanary));
    }

    /** Asks both in turns, in blocks, so that whatever else the machine does strikes both alike. */
    Cost cost(int blocks, int requestsPerBlock) throws IOException {
        MeshSettings settings = MeshSettings.of(GATEWAY);
        byte[] plain = KeptConnection.request("x-mcp-pin: a-1\r\nmcp-session-id: 0f8a\r\n");
        byte[] tagged = KeptConnection.request("mcp-session-id: mcpro1.a-1~0f8a\r\n");
        try (EnvoyGateway bare = EnvoyGateway.start(vertx, config, settings, venv, folder.resolve("bare"));
                EnvoyGateway pinning =
                        EnvoyGateway.start(vertx, config, settings.pinningSessions(), venv, folder.resolve("pinning"));
                KeptConnection toBare = new KeptConnection(bare.port());
                KeptConnection toPinning = new KeptConnection(pinning.port())) {
            Histogram without = new Histogram(4);
            Histogram with = new Histogram(4);
            ask(toBare, plain, requestsPerBlock, new Histogram(4));
            ask(toPinning, tagged, requestsPerBlock, new Histogram(4));
            Duration bareBefore = cpu(bare);
            Duration pinningBefore = cpu(pinning);
            for (int block = 0; block < blocks; block++) {
                ask(toBare, plain, requestsPerBlock, without);
                ask(toPinning, tagged, requestsPerBlock, with);
            }
            long requests = (long) blocks * requestsPerBlock;
            return new Cost(
                    side(without, cpu(bare).minus(bareBefore), requests),
                    side(with, cpu(pinning).minus(pinningBefore), requests));
        }
    }

    private static Side side(Histogram times, Duration cpu, long requests) {
        return new Side(
                times.getValueAtPercentile(50) / 1000.0,
                times.getValueAtPercentile(99) / 1000.0,
                cpu.toNanos() / 1000.0 / requests);
    }

    private static Duration cpu(EnvoyGateway gateway) {
        return ProcessHandle.of(gateway.process().pid())
                .flatMap(process -> process.info().totalCpuDuration())
                .orElse(Duration.ZERO);
    }

    private static void ask(KeptConnection to, byte[] request, int times, Histogram into) throws IOException {
        for (int i = 0; i < times; i++) {
            long begin = System.nanoTime();
            KeptConnection.Answer answer = to.send(request);
            into.recordValue(System.nanoTime() - begin);
            if (answer.status() != 200 || !answer.server().equals("stable")) {
                throw new IllegalStateException("a request of the benchmark was answered " + answer);
            }
        }
    }

    /** Turns the weights around again and again; {@code debounce} is how long the control plane waits for more changes. */
    List<Followed> followed(int changes, Duration debounce) throws IOException {
        MeshSettings settings = MeshSettings.of(GATEWAY).delays(debounce, Duration.ZERO);
        config.virtualServices(weights(100, 0));
        List<Followed> all = new ArrayList<>();
        byte[] request = KeptConnection.request("");
        try (EnvoyGateway gateway = EnvoyGateway.start(
                        vertx, config, settings, venv, folder.resolve("followed-" + debounce.toMillis()));
                KeptConnection connection = new KeptConnection(gateway.port())) {
            for (int change = 0; change < changes; change++) {
                boolean forth = change % 2 == 0;
                JsonNode next = forth ? weights(0, 100) : weights(100, 0);
                long written = System.nanoTime();
                config.virtualServices(next);
                gateway.configChanged();
                all.add(await(connection, request, forth ? "canary" : "stable", written));
            }
        }
        return all;
    }

    private static Followed await(KeptConnection connection, byte[] request, String wanted, long written)
            throws IOException {
        double first = 0;
        double last = 0;
        int inARow = 0;
        while (inARow < AFTER) {
            String server = connection.send(request).server();
            double now = (System.nanoTime() - written) / 1e6;
            if (server.equals(wanted)) {
                first = first == 0 ? now : first;
                inARow++;
            } else {
                last = now;
                inARow = 0;
            }
        }
        return new Followed(first, last);
    }

    @Override
    public void close() {
        stable.close();
        canary.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
