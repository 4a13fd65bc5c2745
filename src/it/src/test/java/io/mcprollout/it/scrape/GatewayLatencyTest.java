package io.mcprollout.it.scrape;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.controller.adapter.scrape.ScrapeCounterReader;
import io.mcprollout.controller.adapter.scrape.ScrapeSource;
import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.mesh.EchoServer;
import io.mcprollout.sandbox.mesh.MemoryMeshConfig;
import io.mcprollout.sandbox.mesh.Mesh;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.mesh.Service;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GatewayLatencyTest {
    private static final String HOST = "mcp-server.ns.svc.cluster.local";
    private static final MeshOrder ORDER = new MeshOrder(
            "gateway",
            "gateway",
            Map.of(
                    Slot.A, new MeshArm("ns", "mcp-server-stable", HOST, "stable"),
                    Slot.B, new MeshArm("ns", "mcp-server-canary", HOST, "canary")),
            Duration.ofSeconds(1));

    private final Vertx vertx = Vertx.vertx();
    private final EchoServer stable = EchoServer.start(vertx, "mcp-server-stable");
    private final EchoServer canary = EchoServer.start(vertx, "mcp-server-canary");
    private final Mesh mesh = Mesh.start(
            vertx,
            new MemoryMeshConfig()
                    .services(Service.of(HOST, 3000))
                    .endpoints(
                            stable.endpoint(HOST, 3000, Map.of("version", "stable")),
                            canary.endpoint(HOST, 3000, Map.of("version", "canary")))
                    .destinationRules(json("""
                            {"kind": "DestinationRule", "metadata": {"name": "mcp", "namespace": "ns"}, "spec": {"host": "mcp-server",
                             "subsets": [{"name": "stable", "labels": {"version": "stable"}},
                                         {"name": "canary", "labels": {"version": "canary"}}]}}
                            """))
                    .virtualServices(json("""
                            {"kind": "VirtualService", "metadata": {"name": "mcp", "namespace": "ns"},
                             "spec": {"hosts": ["127.0.0.1"], "gateways": ["istio-ingress/gateway"], "http": [
                               {"match": [{"uri": {"prefix": "/canary"}}],
                                "route": [{"destination": {"host": "mcp-server", "subset": "canary"}}]},
                               {"route": [{"destination": {"host": "mcp-server", "subset": "stable"}}]}]}}
                            """)),
            MeshSettings.of("istio-ingress/gateway"));
    private final GuardedClient client =
            new GuardedClient(vertx, NameResolver.of(vertx), EgressRules.DEFAULT, Limits.DEFAULT);
    private final ScrapeCounterReader reader = new ScrapeCounterReader(
            vertx,
            Clock.systemUTC(),
            client,
            new ScrapeSource(
                    ScrapeSource.Preset.ISTIO,
                    List.of("127.0.0.1:" + mesh.adminPort()),
                    Optional.empty(),
                    ScrapeSource.DEFAULT_PATH),
            (namespace, selector) -> List.of());

    @AfterEach
    void stop() {
        client.close();
        mesh.close();
        stable.close();
        canary.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void theSandboxsGatewayTellsHowLongEachVersionTookInIstiosBuckets() throws Exception {
        // Given
        for (int i = 0; i < 3; i++) {
            get("/stable", 0);
        }
        get("/canary", 300);
        get("/canary", 600);

        // When
        Count.Counted counted =
                await().until(this::read, read -> read.latency().histograms().size() == 2);

        // Then
        assertThat(counted.latency().lacking()).isEmpty();
        assertThat(counted.latency().histograms())
                .allSatisfy(histogram -> assertThat(histogram.atMost()).hasSize(18));
        assertThat(atMost(counted, Slot.A, 250)).isEqualTo(3);
        assertThat(atMost(counted, Slot.B, 250)).isZero();
        assertThat(atMost(counted, Slot.B, 500)).isEqualTo(1);
        assertThat(atMost(counted, Slot.B, Double.POSITIVE_INFINITY)).isEqualTo(2);
        assertThat(counted.counters()).contains(good(counted, Slot.A, 3), good(counted, Slot.B, 2));
    }

    private Count.Counted read() {
        return (Count.Counted)
                reader.read(ORDER, Duration.ofSeconds(2)).toCompletableFuture().join();
    }

    private static long atMost(Count.Counted counted, Slot slot, double bound) {
        return counted.latency().histograms().stream()
                .filter(histogram -> histogram.slot() == slot)
                .map(Histogram::atMost)
                .mapToLong(atMost -> atMost.getOrDefault(bound, -1L))
                .sum();
    }

    private static Map.Entry<Series, Long> good(Count.Counted counted, Slot slot, long count) {
        String instance = counted.latency().histograms().getFirst().instance();
        return Map.entry(new Series(instance, slot, false), count);
    }

    private void get(String path, int delayMillis) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + mesh.port() + path))
                .header("x-echo-delay", Integer.toString(delayMillis))
                .build();
        try (HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
