package io.mcprollout.it.probe;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.controller.adapter.mcp.McpProber;
import io.mcprollout.controller.egress.EgressRules;
import io.mcprollout.controller.egress.EntryPoints;
import io.mcprollout.controller.egress.GuardedClient;
import io.mcprollout.controller.egress.Limits;
import io.mcprollout.controller.egress.NameResolver;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.ProbeSpec.Assertion;
import io.mcprollout.controller.port.ProbeSpec.ToolCall;
import io.mcprollout.controller.port.Prober.Seen;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.SecretReader;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.mesh.Endpoint;
import io.mcprollout.sandbox.mesh.MemoryMeshConfig;
import io.mcprollout.sandbox.mesh.Mesh;
import io.mcprollout.sandbox.mesh.MeshSettings;
import io.mcprollout.sandbox.mesh.Service;
import io.mcprollout.sandbox.server.SandboxServer;
import io.mcprollout.sandbox.server.ServerSpec;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Two versions of a server made with the official SDK, the mesh with its probe rules before them, and a prober. */
final class ProbeBed implements AutoCloseable {
    static final String HOST = "mcp-server.ns.svc.cluster.local";
    private static final RolloutKey ROLLOUT = new RolloutKey("ns", "mcp-server");
    private static final String TOKEN = "token-of-the-attempt";
    private static final ObjectMapper JSON = new ObjectMapper();

    final SandboxServer stable;
    final SandboxServer candidate;
    final Map<Long, ProbeRequest> log = new LinkedHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final Mesh mesh;
    private final GuardedClient http;
    private final McpProber prober;

    ProbeBed(ServerSpec stableSpec, ServerSpec candidateSpec) {
        stable = SandboxServer.start(stableSpec);
        candidate = SandboxServer.start(candidateSpec);
        MemoryMeshConfig config = new MemoryMeshConfig()
                .services(Service.of(HOST, 3000))
                .endpoints(pod(stable, "stable"), pod(candidate, "canary"))
                .destinationRules(json("""
                        {"kind": "DestinationRule", "metadata": {"name": "mcp", "namespace": "ns"}, "spec": {"host": "mcp-server",
                         "subsets": [{"name": "stable", "labels": {"version": "stable"}},
                                     {"name": "canary", "labels": {"version": "canary"}}]}}
                        """))
                .virtualServices(json("""
                        {"kind": "VirtualService", "metadata": {"name": "mcp", "namespace": "ns"},
                         "spec": {"hosts": ["127.0.0.1"], "gateways": ["istio-ingress/gateway"], "http": [%s, %s,
                           {"route": [{"destination": {"host": "mcp-server", "subset": "stable"}}]}]}}
                        """.formatted(probeRule("a-1", "stable"), probeRule("b-1", "canary"))));
        mesh = Mesh.start(vertx, config, MeshSettings.of("istio-ingress/gateway"));
        http = new GuardedClient(vertx, NameResolver.of(vertx), EgressRules.DEFAULT, Limits.DEFAULT);
        SecretReader none = (namespace, key, audience) ->
                CompletableFuture.completedFuture(new SecretReader.Reply.Refused("there are no Secrets here"));
        prober = new McpProber(vertx, http, EntryPoints.NONE, none, Clock.systemUTC(), 7, "it");
    }

    /** Makes so many pairs, stops, and waits until nothing is in flight. */
    List<ProbePair> pairs(int count, Duration interval, Duration timeout) {
        ProbeSpec spec = new ProbeSpec(
                "outside",
                URI.create("http://127.0.0.1:" + mesh.port() + "/mcp"),
                Optional.empty(),
                timeout,
                List.of("search"),
                List.of(
                        new ToolCall("add", "{\"a\":1,\"b\":2}", List.of(new Assertion.Matches("^3\\.0$"))),
                        new ToolCall(
                                "echo",
                                "{\"text\":\"hi\"}",
                                List.of(new Assertion.Pointer("/content/0/text", "\"hi\"")))),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        prober.pace(
                ROLLOUT,
                List.of(new ProbeOrder(spec, Slot.A, new PinId(Slot.A, 1), new PinId(Slot.B, 1), TOKEN, interval)));
        List<ProbePair> pairs = new ArrayList<>();
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            pairs.addAll(drain().pairs());
            return pairs.size() >= count;
        });
        prober.pace(ROLLOUT, List.of());
        await().until(() -> drain().requests().stream().allMatch(request -> request.finished() != null));
        return pairs;
    }

    /** Requests that the mesh counted for a subset: all completed ones, or only those of class 5. */
    long counted(String subset, boolean bad) {
        String family = bad ? "envoy_cluster_upstream_rq_xx" : "envoy_cluster_upstream_rq_completed";
        return mesh.stats()
                .exposition(false, Pattern.compile(""))
                .lines()
                .filter(line -> line.startsWith(family + "{") && line.contains("|" + subset + "|"))
                .filter(line -> !bad || line.contains("response_code_class=\"5\""))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Requests of the prober's log for a slot. */
    long logged(Slot slot, boolean onlyBad) {
        return log.values().stream()
                .filter(request -> request.slot() == slot && (!onlyBad || request.bad()))
                .count();
    }

    private Seen drain() {
        Seen seen = prober.drain(ROLLOUT, Instant.now());
        seen.requests().forEach(request -> log.put(request.id(), request));
        return seen;
    }

    private static Endpoint pod(SandboxServer server, String version) {
        return new Endpoint(HOST, 3000, "127.0.0.1", server.port(), true, version, Map.of("version", version));
    }

    private static String probeRule(String pin, String subset) {
        return """
                {"match": [{"headers": {"x-mcp-probe-variant": {"exact": "%s"}, "x-mcp-probe-token": {"exact": "%s"}}}],
                 "route": [{"destination": {"host": "mcp-server", "subset": "%s"}}], "retries": {"attempts": 0},
                 "headers": {"request": {"remove": ["x-mcp-probe-token"]}, "response": {"set": {"x-mcp-variant": "%s"}}}}
                """.formatted(pin, TOKEN, subset, pin);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    @Override
    public void close() {
        prober.close();
        http.close();
        mesh.close();
        stable.close();
        candidate.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
