package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.mesh.Endpoint;
import io.mcprollout.sandbox.mesh.Gateway;
import io.mcprollout.sandbox.mesh.MeshConfig;
import io.mcprollout.sandbox.mesh.Service;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a mesh's control plane learns from the Kubernetes API: routes, subsets, Services, and the pods that the player runs behind them. */
public final class ClusterMesh implements MeshConfig {

    private static final List<String> RESOURCES =
            List.of("virtualservices.networking.istio.io", "destinationrules.networking.istio.io", "services", "pods");

    private final KubeApi kube;

    /** Reads from this API, which must know Istio's resources. */
    public ClusterMesh(KubeApi kube) {
        this.kube = kube;
    }

    /** Tells the gateway of every change from now on, until the returned action is run. */
    public Runnable follow(Gateway gateway) {
        List<Runnable> watches = RESOURCES.stream()
                .map(resource -> kube.watch(resource, change -> gateway.configChanged()))
                .toList();
        return () -> watches.forEach(Runnable::run);
    }

    @Override
    public List<JsonNode> virtualServices() {
        return List.copyOf(kube.list(RESOURCES.get(0), "", ""));
    }

    @Override
    public List<JsonNode> destinationRules() {
        return List.copyOf(kube.list(RESOURCES.get(1), "", ""));
    }

    @Override
    public List<Service> services() {
        return kube.list("services", "", "").stream()
                .map(service -> new Service(host(service), ports(service)))
                .toList();
    }

    /** Pods behind Services that listen and are not being deleted. */
    @Override
    public List<Endpoint> endpoints() {
        List<ObjectNode> pods = kube.list("pods", "", "").stream()
                .filter(pod -> !Owned.isDeleted(pod) && port(pod) > 0)
                .toList();
        List<Endpoint> endpoints = new ArrayList<>();
        for (ObjectNode service : kube.list("services", "", "")) {
            pods.stream()
                    .filter(pod -> selects(service, pod))
                    .forEach(pod -> ports(service).forEach(port -> endpoints.add(endpoint(service, port, pod))));
        }
        return List.copyOf(endpoints);
    }

    private static Endpoint endpoint(ObjectNode service, int servicePort, ObjectNode pod) {
        return new Endpoint(
                host(service),
                servicePort,
                pod.at("/status/podIP").asText(),
                port(pod),
                Conditions.holds(pod, "Ready"),
                Owned.workload(pod),
                strings(pod.at("/metadata/labels")));
    }

    private static int port(ObjectNode pod) {
        return pod.at("/status/podIP").asText("").isEmpty()
                ? 0
                : pod.at("/metadata/annotations").path(Kubelet.PORT).asInt(0);
    }

    private static boolean selects(ObjectNode service, ObjectNode pod) {
        Map<String, String> selector = strings(service.at("/spec/selector"));
        return !selector.isEmpty()
                && Json.meta(service, "namespace").equals(Json.meta(pod, "namespace"))
                && strings(pod.at("/metadata/labels")).entrySet().containsAll(selector.entrySet());
    }

    private static String host(ObjectNode service) {
        return Json.meta(service, "name") + "." + Json.meta(service, "namespace") + ".svc.cluster.local";
    }

    private static Set<Integer> ports(ObjectNode service) {
        Set<Integer> ports = new HashSet<>();
        service.at("/spec/ports").forEach(port -> ports.add(port.path("port").asInt()));
        return ports;
    }

    private static Map<String, String> strings(JsonNode object) {
        Map<String, String> strings = new HashMap<>();
        Stream.of(object)
                .filter(JsonNode::isObject)
                .flatMap(node -> node.properties().stream())
                .forEach(
                        member -> strings.put(member.getKey(), member.getValue().asText()));
        return strings;
    }
}
