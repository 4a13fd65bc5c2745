package io.mcprollout.it.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.mcprollout.controller.adapter.istio.IstioTrafficRouter;
import io.mcprollout.controller.port.Fence;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.controller.port.TrafficRouter.Written;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.sandbox.kube.KubeApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An API server with Istio's kinds and a router that uses it. */
public final class IstioBed implements AutoCloseable {
    public static final String NAMESPACE = "mcp-services";
    static final RolloutKey KEY = new RolloutKey(NAMESPACE, "mcp-server");
    static final Set<PinId> PINS = Set.of(PinId.parse("a-1"), PinId.parse("b-7"));
    static final Routes.Istio ROUTES = routes("mcp-server");

    public final KubeApi api = KubeApi.start();
    final ConcurrentLinkedQueue<RolloutKey> changed = new ConcurrentLinkedQueue<>();
    final Map<Slot, Map<String, String>> pods = new HashMap<>(
            Map.of(Slot.A, Map.of("app", "mcp", "track", "stable"), Slot.B, Map.of("app", "mcp", "track", "canary")));
    private final KubernetesClient client;
    private Optional<IstioTrafficRouter> router = Optional.empty();

    public IstioBed() {
        api.apply(resource("crds.yaml"));
        api.apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: mcp-services}");
        Config config = Config.fromKubeconfig(api.kubeconfig(""));
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(config).withNamespace(NAMESPACE).build())
                .build();
    }

    /** A router that begins to watch when it is first asked for: it knows what was there by then. */
    public IstioTrafficRouter router() {
        if (router.isEmpty()) {
            router = Optional.of(new IstioTrafficRouter(
                    client, Set.of(), (key, slot) -> Optional.ofNullable(pods.get(slot)), Fence.NONE, changed::add));
        }
        return router.get();
    }

    /** One VirtualService each, all with the route {@code mcp}. */
    static Routes.Istio routes(String... services) {
        return new Routes.Istio(
                NAMESPACE,
                java.util.Arrays.stream(services)
                        .map(name -> new Routes.VirtualService(name, List.of("mcp")))
                        .toList(),
                "mcp-server",
                Map.of(Slot.A, "stable", Slot.B, "canary"));
    }

    /** One VirtualService that the controller generates. */
    static Routes.Istio generated(String name) {
        return new Routes.Istio(
                NAMESPACE,
                List.of(new Routes.VirtualService(name, List.of())),
                "mcp-server",
                Map.of(Slot.A, "stable", Slot.B, "canary"),
                Optional.of(new Routes.Delegate(Optional.of(3000))));
    }

    static TrafficPlan plan(int candidate) {
        return new TrafficPlan(new Split(Slot.A, new Weight(candidate)), PINS);
    }

    static TrafficPlan back() {
        return new TrafficPlan(Split.allStable(Slot.A), Set.of());
    }

    /** A Service for the pods of both Deployments, and the subsets that tell them apart. */
    public IstioBed withDestinationRule() {
        api.apply("""
                apiVersion: networking.istio.io/v1
                kind: DestinationRule
                metadata: {name: mcp-server, namespace: mcp-services}
                spec:
                  host: mcp-server.mcp-services.svc.cluster.local
                  subsets:
                    - {name: stable, labels: {track: stable}}
                    - {name: canary, labels: {track: canary}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: mcp-server, namespace: mcp-services}
                spec:
                  selector: {app: mcp}
                  ports: [{port: 3000}]
                """);
        return this;
    }

    /** A VirtualService of {@code <name>.example.com} with a rule of the user's above and below the managed one. */
    public IstioBed withService(String name, int stable, int canary) {
        api.apply(service(name, stable, canary));
        return this;
    }

    static String service(String name, int stable, int canary) {
        return """
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: %s, namespace: mcp-services, labels: {team: agents}}
                spec:
                  hosts: [%s.example.com]
                  gateways: [istio-ingress/public]
                  http:
                    - name: sse
                      match: [{uri: {prefix: /sse}}]
                      timeout: 0s
                      route: [{destination: {host: mcp-server, subset: stable}}]
                    - name: mcp
                      match: [{uri: {prefix: /mcp}}]
                      retries: {attempts: 2, retryOn: connect-failure}
                      futureField: {nested: [1, 2.5, true]}
                      route:
                        - {destination: {host: mcp-server, subset: stable, port: {number: 3000}}, weight: %d}
                        - {destination: {host: mcp-server, subset: canary, port: {number: 3000}}, weight: %d}
                    - name: rest
                      route: [{destination: {host: website}}]
                """.formatted(name, name, stable, canary);
    }

    Traffic observe() {
        return router().observe(KEY, ROUTES, Slot.A);
    }

    Written hold(int candidate) {
        return router().hold(KEY, ROUTES, plan(candidate), observe());
    }

    JsonNode http(String name) {
        return object(name).path("spec").path("http");
    }

    public ObjectNode object(String name) {
        return api.get("virtualservices", NAMESPACE, name).orElseThrow();
    }

    /** Weights of the rule with that name, in order. */
    public List<Integer> weights(String name, String rule) {
        return http(name)
                .valueStream()
                .filter(one -> one.path("name").asText().equals(rule))
                .flatMap(one -> one.path("route").valueStream())
                .map(target -> target.path("weight").asInt(-1))
                .toList();
    }

    /** How often a verb came for VirtualServices. */
    long calls(String verb) {
        return api.log()
                .count(kind -> kind.verb().equals(verb) && kind.resource().equals("virtualservices"));
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(IstioBed.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        router.ifPresent(IstioTrafficRouter::close);
        client.close();
        api.close();
    }
}
