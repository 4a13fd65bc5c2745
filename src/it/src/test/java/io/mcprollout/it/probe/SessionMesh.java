package io.mcprollout.it.probe;

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
import io.mcprollout.controller.port.Prober.Seen;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.SecretReader;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** Servers made with the official SDK, the mesh with the rules of a plan before them, and a prober that tests sessions. */
final class SessionMesh implements AutoCloseable {
    static final PinId STABLE = new PinId(Slot.A, 1);
    static final PinId CANDIDATE = new PinId(Slot.B, 4);
    static final Sessions KEPT = new Sessions(
            Map.of(
                    Slot.A, new Pin(STABLE, Set.of("5d8f7c"), false),
                    Slot.B, new Pin(CANDIDATE, Set.of("77b9d4"), false)),
            Optional.of(Slot.A));
    private static final String HOST = "mcp-server.ns.svc.cluster.local";
    private static final RolloutKey ROLLOUT = new RolloutKey("ns", "mcp-server");
    private static final String TOKEN = "token-of-the-attempt";
    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<Long, ProbeRequest> log = new LinkedHashMap<>();
    private final List<SandboxServer> servers = new ArrayList<>();
    private final Vertx vertx = Vertx.vertx();
    private final MemoryMeshConfig config = new MemoryMeshConfig().services(Service.of(HOST, 3000));
    private final Mesh mesh;
    private final GuardedClient http;
    private final McpProber prober;

    /** A mesh whose gateway follows a VirtualService and has the script or not, before one pod of stable and so many of the candidate. */
    SessionMesh(
            JsonNode virtualService, boolean isScripted, ServerSpec stable, ServerSpec candidate, int candidatePods) {
        List<Endpoint> pods = new ArrayList<>();
        pods.add(pod(stable, "stable"));
        for (int i = 0; i < candidatePods; i++) {
            pods.add(pod(candidate, "canary"));
        }
        config.virtualServices(virtualService);
        config.endpoints(pods.toArray(Endpoint[]::new));
        config.destinationRules(json("""
                {"kind": "DestinationRule", "metadata": {"name": "mcp", "namespace": "ns"}, "spec": {"host": "mcp-server",
                 "subsets": [{"name": "stable", "labels": {"version": "stable"}},
                             {"name": "canary", "labels": {"version": "canary"}}]}}
                """));
        MeshSettings settings = MeshSettings.of("istio-ingress/gateway");
        mesh = Mesh.start(vertx, config, isScripted ? settings.pinningSessions() : settings);
        http = new GuardedClient(vertx, NameResolver.of(vertx), EgressRules.DEFAULT, Limits.DEFAULT);
        SecretReader none = (namespace, key, audience) ->
                CompletableFuture.completedFuture(new SecretReader.Reply.Refused("there are no Secrets here"));
        prober = new McpProber(vertx, http, EntryPoints.NONE, none, Clock.systemUTC(), 7, "it");
    }

    static TrafficPlan plan(int weight) {
        return new TrafficPlan(new Split(Slot.A, new Weight(weight)), Set.of(STABLE, CANDIDATE), KEPT);
    }

    /** The plan as a whole route. */
    static JsonNode whole(TrafficPlan plan) {
        return PlanRoutes.whole(plan, TOKEN);
    }

    /** The plan above a user's route. */
    static JsonNode above(TrafficPlan plan) {
        return PlanRoutes.above(plan, TOKEN);
    }

    /** The gateway follows another VirtualService, soon. */
    void follow(JsonNode virtualService) {
        config.virtualServices(virtualService);
        mesh.configChanged();
    }

    /** Probes from now on, and tests whether the sessions of {@link #KEPT} are kept. */
    void probe(Duration interval) {
        ProbeSpec spec = new ProbeSpec(
                "outside",
                URI.create("http://127.0.0.1:" + mesh.port() + "/mcp"),
                Optional.empty(),
                Duration.ofSeconds(10),
                List.of("search"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        prober.pace(ROLLOUT, List.of(new ProbeOrder(spec, Slot.A, STABLE, CANDIDATE, TOKEN, interval, KEPT)));
    }

    /** The first finding that is as wanted. */
    PinTest await(Predicate<PinTest> wanted) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(
                        () -> Optional.ofNullable(drain().sessions().get("outside")),
                        found -> found.filter(wanted).isPresent())
                .orElseThrow();
    }

    /** What the gateway was last heard to follow. */
    Optional<String> echo() {
        return Optional.ofNullable(drain().echoes().get("outside"));
    }

    /** Stops, and waits until nothing is in flight. */
    void quiet() {
        prober.pace(ROLLOUT, List.of());
        Awaitility.await().until(() -> drain().requests().stream().allMatch(request -> request.finished() != null));
    }

    /** Requests that the mesh counted for a subset. */
    long counted(String subset) {
        return mesh.stats()
                .exposition(false, Pattern.compile(""))
                .lines()
                .filter(line -> line.startsWith("envoy_cluster_upstream_rq_completed{"))
                .filter(line -> line.contains("|" + subset + "|"))
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Requests of the prober's log for a slot. */
    long logged(Slot slot) {
        return log.values().stream().filter(request -> request.slot() == slot).count();
    }

    private Seen drain() {
        Seen seen = prober.drain(ROLLOUT, Instant.now());
        seen.requests().forEach(request -> log.put(request.id(), request));
        return seen;
    }

    private Endpoint pod(ServerSpec spec, String version) {
        SandboxServer server = SandboxServer.start(spec);
        servers.add(server);
        return new Endpoint(HOST, 3000, "127.0.0.1", server.port(), true, version, Map.of("version", version));
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
        servers.forEach(SandboxServer::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
