package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.mcprollout.controller.port.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Two McpRollouts that want the same Deployment or VirtualService route: the older one has it, the other is refused. */
final class Rivals {
    private static final Comparator<GenericKubernetesResource> AGE =
            Comparator.<GenericKubernetesResource, String>comparing(
                            resource -> resource.getMetadata().getCreationTimestamp())
                    .thenComparing(resource -> resource.getMetadata().getName());

    private Rivals() {}

    /** What older McpRollouts of the namespace have that this one wants. */
    static List<Problem> problems(GenericKubernetesResource mine, Collection<GenericKubernetesResource> all) {
        Map<String, Problem> problems = new LinkedHashMap<>();
        Map<String, String> wanted = wants(mine);
        all.stream()
                .filter(other -> isOther(mine, other) && AGE.compare(other, mine) < 0)
                .sorted(AGE)
                .forEach(other -> wants(other).keySet().forEach(thing -> {
                    String field = taken(wanted, thing);
                    if (field != null) {
                        problems.putIfAbsent(field, problem(field, thing, other));
                    }
                }));
        return List.copyOf(problems.values());
    }

    private static Problem problem(String field, String thing, GenericKubernetesResource other) {
        return new Problem(
                "UnsupportedTopology",
                field,
                thing.strip() + " belongs to the older McpRollout "
                        + other.getMetadata().getName() + "; delete one of the two, or name another");
    }

    private static boolean isOther(GenericKubernetesResource mine, GenericKubernetesResource other) {
        return other.getMetadata().getNamespace().equals(mine.getMetadata().getNamespace())
                && !other.getMetadata().getName().equals(mine.getMetadata().getName());
    }

    /* "VirtualService x" without a route stands for whichever it has, and so meets every route of it. */
    private static @org.jspecify.annotations.Nullable String taken(Map<String, String> wanted, String thing) {
        for (Map.Entry<String, String> mine : wanted.entrySet()) {
            String key = mine.getKey();
            if (key.equals(thing) || key.startsWith(thing + " ") || thing.startsWith(key + " ")) {
                return mine.getValue();
            }
        }
        return null;
    }

    /** Names of all that a spec wants, of whatever kind: what shares none of them is no rival. */
    static Set<String> names(JsonNode spec) {
        Set<String> names = new HashSet<>();
        for (String role : List.of("stable", "canary")) {
            names.add(spec.path("workloads").path(role).path("name").asText().intern());
        }
        spec.path("traffic")
                .path("istio")
                .path("virtualServices")
                .forEach(service -> names.add(service.path("name").asText().intern()));
        return Set.copyOf(names);
    }

    private static Map<String, String> wants(GenericKubernetesResource resource) {
        JsonNode spec = Json.field(resource, "spec");
        Map<String, String> wants = new LinkedHashMap<>();
        for (String role : List.of("stable", "canary")) {
            wants.put(
                    "Deployment "
                            + spec.path("workloads").path(role).path("name").asText(),
                    "spec.workloads." + role + ".name");
        }
        JsonNode services = spec.path("traffic").path("istio").path("virtualServices");
        for (int i = 0; i < services.size(); i++) {
            String field = "spec.traffic.istio.virtualServices[" + i + "]";
            String name = "VirtualService " + services.path(i).path("name").asText();
            List<String> routes = new ArrayList<>();
            services.path(i).path("routes").forEach(route -> routes.add(name + " route " + route.asText()));
            if (routes.isEmpty()) {
                routes.add(name);
            }
            routes.forEach(route -> wants.put(route, field));
        }
        return wants;
    }
}
