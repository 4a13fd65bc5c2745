package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every cluster that exists: each service's ports, whole and by each subset that DestinationRules define, by Istio's name. */
public record Clusters(Map<String, Cluster> byName, Map<String, Service> services) {
    /** Istio's port for a destination that names none of a service with several: the listener's. */
    private static final int LISTENER_PORT = 80;

    public Clusters {
        byName = Map.copyOf(byName);
        services = Map.copyOf(services);
    }

    /** The clusters of services, DestinationRules as the Kubernetes API stores them, and pods. */
    public static Clusters of(
            Collection<Service> services, Collection<JsonNode> destinationRules, Collection<Endpoint> endpoints) {
        Map<String, Map<String, Map<String, String>>> subsets = subsets(destinationRules);
        Map<String, Cluster> clusters = new HashMap<>();
        Map<String, Service> byHost = new HashMap<>();
        for (Service service : services) {
            byHost.put(service.host(), service);
            Map<String, Map<String, String>> labels = new LinkedHashMap<>();
            labels.put("", Map.of());
            labels.putAll(subsets.getOrDefault(service.host(), Map.of()));
            for (int port : service.ports()) {
                labels.forEach((subset, wanted) -> {
                    String name = "outbound|" + port + "|" + subset + "|" + service.host();
                    clusters.put(name, new Cluster(name, service.host(), ready(endpoints, service, port, wanted)));
                });
            }
        }
        return new Clusters(clusters, byHost);
    }

    private static List<Endpoint> ready(
            Collection<Endpoint> endpoints, Service service, int port, Map<String, String> labels) {
        return endpoints.stream()
                .filter(e -> e.ready() && e.service().equals(service.host()) && e.servicePort() == port)
                .filter(e -> e.carries(labels))
                .sorted(Comparator.comparing(Endpoint::ip).thenComparingInt(Endpoint::port))
                .toList();
    }

    /* Host → subset → labels. Several objects for one host add up; the oldest one's subset wins. */
    private static Map<String, Map<String, Map<String, String>>> subsets(Collection<JsonNode> destinationRules) {
        Map<String, Map<String, Map<String, String>>> hosts = new HashMap<>();
        List<Field> roots =
                new ArrayList<>(destinationRules.stream().map(Field::root).toList());
        roots.sort(Comparator.comparing((Field root) -> root.at("metadata")
                        .at("creationTimestamp")
                        .optionalText()
                        .orElse(""))
                .thenComparing(Field::object));
        for (Field root : roots) {
            String namespace =
                    root.at("metadata").at("namespace").optionalText().orElse("default");
            String host = Hosts.full(root.at("spec").at("host").text(), namespace);
            Map<String, Map<String, String>> known = hosts.computeIfAbsent(host, h -> new LinkedHashMap<>());
            for (Field subset : root.at("spec").at("subsets").items()) {
                Map<String, String> labels = new HashMap<>();
                subset.at("labels").members().forEach((key, value) -> labels.put(key, value.text()));
                known.putIfAbsent(subset.at("name").text(), labels);
            }
        }
        return hosts;
    }

    /** The name of the destination's cluster, whether it exists or not. */
    public String name(Destination destination) {
        return destination.cluster(Optional.ofNullable(services.get(destination.host()))
                .filter(service -> service.ports().size() == 1)
                .map(service -> service.ports().iterator().next())
                .orElse(LISTENER_PORT));
    }

    /** The destination's cluster; empty when service, port or subset does not exist. */
    public Optional<Cluster> find(Destination destination) {
        return Optional.ofNullable(byName.get(name(destination)));
    }
}
