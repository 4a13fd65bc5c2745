package io.mcprollout.it.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.it.Shipped;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.istio.IstioWebhook;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.StreamSupport;

/**
 * A Kubernetes API server with two Deployments behind an Istio route, on a clock of its own. Pods are ready as soon as they are wanted;
 * users, probes and the mesh are simulated; everything that the controller sends to the API server is real.
 */
final class LiveCluster implements Site, AutoCloseable {
    static final String NAMESPACE = "mcp-services";
    static final String ROUTES = "istio-ingress";
    static final String LEASE_NAMESPACE = "mcprollout-system";
    static final RolloutKey KEY = new RolloutKey(NAMESPACE, "mcp-server");
    private static final Duration STEP = Duration.ofSeconds(1);
    /* In the watches' time, which passes while this cluster's stands still. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    final KubeApi api = KubeApi.start();
    final IstioWebhook istio;
    final Users traffic = new Users(this, 7);
    final Map<String, Version> versions = new HashMap<>();
    /** Where the VirtualService is. */
    final String routes;

    final List<Integer> shares = new ArrayList<>(List.of(0));
    private final Map<String, Long> played = new HashMap<>();

    LiveCluster(String promotion) {
        this(promotion, NAMESPACE);
    }

    /** One whose VirtualService is in another namespace, which the shipped roles for such ones are given, too. */
    static LiveCluster withRouteElsewhere() {
        return new LiveCluster("Replace", ROUTES);
    }

    private LiveCluster(String promotion, String routes) {
        this.routes = routes;
        Shipped.base(api);
        istio = api.installIstio();
        api.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: mcp-services}");
        api.apply(Shipped.text("kustomize/tenant/rollouts.yaml", NAMESPACE));
        api.apply(LiveManifests.deployment("stable"));
        api.apply(LiveManifests.deployment("canary"));
        if (!routes.equals(NAMESPACE)) {
            api.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: " + routes + "}");
            api.apply(Shipped.text("kustomize/tenant/routes.yaml", routes));
        }
        api.apply(LiveManifests.SERVICE);
        api.apply(LiveManifests.route(routes));
        play();
        api.apply(LiveManifests.rollout("mcp-server", routes, promotion));
        lead("controller-1");
        api.authorizeByRoles();
    }

    /** Another McpRollout that wants the same. */
    void addRollout(String name) {
        api.apply(LiveManifests.rollout(name, routes, "Replace"));
    }

    // ---- what people and the cluster do

    /** Gives a Deployment another image. */
    void push(String deployment, String image) {
        api.mergePatch("deployments.apps", NAMESPACE, deployment, """
                {spec: {template: {spec: {containers: [{name: server, image: '%s'}]}}}}""".formatted(image));
        play();
    }

    /** From now on the Lease names this controller. */
    void lead(String holder) {
        api.apply("""
                apiVersion: coordination.k8s.io/v1
                kind: Lease
                metadata: {name: mcprollout, namespace: mcprollout-system}
                spec: {holderIdentity: %s, leaseDurationSeconds: 15}
                """.formatted(holder));
    }

    /** The owner of the VirtualService says which namespaces' McpRollouts may manage it. */
    void allow(String namespaces) {
        api.mergePatch(
                "virtualservices.networking.istio.io",
                routes,
                "mcp-server",
                "{metadata: {annotations: {mcprollout.io/allowed-from: '" + namespaces + "'}}}");
    }

    /** Lets time pass with whoever controls, until the condition holds. */
    void runUntil(String what, Runnable controller, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("never " + what + " but "
                        + (isGone() ? "gone" : phase() + ": " + status("/message") + "; " + status("/reason")));
            }
            step(controller);
        }
    }

    void run(Duration time, Runnable controller) {
        for (Instant end = now.plus(time); now.isBefore(end); ) {
            step(controller);
        }
    }

    private void step(Runnable controller) {
        Instant before = now;
        now = now.plus(STEP);
        play();
        traffic.flow(before, now);
        controller.run();
        int share = share(Slot.B);
        if (shares.getLast() != share) {
            shares.add(share);
        }
    }

    /* The deployment controller and the kubelet, in no time. */
    private void play() {
        for (String name : List.of("stable", "canary")) {
            api.get("deployments.apps", NAMESPACE, name).ifPresent(deployment -> play(name, deployment));
        }
    }

    private void play(String name, ObjectNode deployment) {
        long generation = deployment.at("/metadata/generation").asLong();
        if (played.getOrDefault(name, 0L) != generation) {
            played.put(name, generation);
            new PlayedDeployment(api, deployment).play();
        }
    }

    /** Somebody asks for the deletion of the McpRollout. */
    void delete() {
        api.delete("mcprollouts.mcprollout.io", NAMESPACE, "mcp-server");
    }

    // ---- what is asked of it

    boolean isGone() {
        return api.get("mcprollouts.mcprollout.io", NAMESPACE, "mcp-server").isEmpty();
    }

    /** Messages of the Events with that reason, each as often as it was counted. */
    List<String> told(String reason) {
        return api.list("events", NAMESPACE, "").stream()
                .filter(event -> event.path("reason").asText().equals(reason))
                .flatMap(event ->
                        Collections.nCopies(
                                event.path("count").asInt(),
                                event.path("message").asText())
                                .stream())
                .toList();
    }

    String phase() {
        return status("/phase");
    }

    String status(String path) {
        return rollout().at("/status" + path).asText();
    }

    ObjectNode rollout() {
        return rollout("mcp-server");
    }

    ObjectNode rollout(String name) {
        return api.get("mcprollouts.mcprollout.io", NAMESPACE, name).orElseThrow();
    }

    ObjectNode route() {
        return api.get("virtualservices.networking.istio.io", routes, "mcp-server")
                .orElseThrow();
    }

    ObjectNode deploymentOf(Slot slot) {
        return api.get("deployments.apps", NAMESPACE, slot == Slot.A ? "stable" : "canary")
                .orElseThrow();
    }

    String image(Slot slot) {
        return deploymentOf(slot).at("/spec/template/spec/containers/0/image").asText();
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public int share(Slot slot) {
        int canary = api.get("virtualservices.networking.istio.io", routes, "mcp-server").stream()
                .flatMap(route -> StreamSupport.stream(route.at("/spec/http").spliterator(), false))
                .filter(rule -> rule.path("name").asText().equals("mcp"))
                .findFirst()
                .map(LiveCluster::weight)
                .orElse(0);
        return slot == Slot.B ? canary : 100 - canary;
    }

    private static int weight(JsonNode rule) {
        for (JsonNode target : rule.path("route")) {
            if (target.at("/destination/subset").asText().equals("canary")) {
                return target.path("weight").asInt(rule.path("route").size() == 1 ? 100 : 0);
            }
        }
        return 0;
    }

    @Override
    public Version version(Slot slot) {
        return isUp(slot) ? versions.getOrDefault(image(slot), Version.GOOD) : Version.GOOD;
    }

    @Override
    public boolean isUp(Slot slot) {
        return api.get("deployments.apps", NAMESPACE, slot == Slot.A ? "stable" : "canary")
                .isPresent();
    }

    @Override
    public boolean mintsSessions() {
        return false;
    }

    @Override
    public void close() {
        api.close();
    }
}
