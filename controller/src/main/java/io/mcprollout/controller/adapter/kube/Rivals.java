package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.watch.ObjectName;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Two McpRollouts that want the same Deployment or VirtualService route: the older one has it, the other is refused. */
final class Rivals {
    private static final Comparator<GenericKubernetesResource> AGE =
            Comparator.<GenericKubernetesResource, String>comparing(
                            resource -> resource.getMetadata().getCreationTimestamp())
                    .thenComparing(resource -> resource.getMetadata().getName())
                    .thenComparing(resource -> resource.getMetadata().getNamespace());

    private Rivals() {}

    /**
     * What older McpRollouts have that this one wants.
     *
     * @param lets whether a VirtualService lets McpRollouts of another namespace manage it: what it does not let is not theirs to have
     */
    static List<Problem> problems(
            GenericKubernetesResource mine,
            Collection<GenericKubernetesResource> all,
            BiPredicate<String, ObjectName> lets) {
        Map<String, Problem> problems = new LinkedHashMap<>();
        Map<String, String> wanted = wants(mine, service -> true);
        all.stream()
                .filter(other -> !name(other).equals(name(mine)) && AGE.compare(other, mine) < 0)
                .sorted(AGE)
                .forEach(other -> wants(other, service -> isLet(other, service, lets))
                        .keySet()
                        .forEach(thing -> {
                            String field = taken(wanted, thing);
                            if (field != null) {
                                problems.putIfAbsent(field, problem(mine, field, thing, other));
                            }
                        }));
        return List.copyOf(problems.values());
    }

    /* One under way was let begin, and is to end what it began. */
    private static boolean isLet(
            GenericKubernetesResource rollout, ObjectName service, BiPredicate<String, ObjectName> lets) {
        String namespace = rollout.getMetadata().getNamespace();
        return service.namespace().equals(namespace)
                || rollout.getMetadata().getFinalizers().contains(KubeRolloutStore.FINALIZER)
                || lets.test(namespace, service);
    }

    private static ObjectName name(GenericKubernetesResource rollout) {
        return new ObjectName(
                rollout.getMetadata().getNamespace(), rollout.getMetadata().getName());
    }

    private static Problem problem(
            GenericKubernetesResource mine, String field, String thing, GenericKubernetesResource other) {
        String home = mine.getMetadata().getNamespace();
        String namespace = other.getMetadata().getNamespace();
        return new Problem(
                "UnsupportedTopology",
                field,
                thing.replace(" " + home + "/", " ").strip() + " belongs to the older McpRollout "
                        + (namespace.equals(home) ? "" : namespace + "/")
                        + other.getMetadata().getName() + "; delete one of the two, or name another");
    }

    /* "VirtualService x" without a route stands for whichever it has, and so meets every route of it. */
    private static @Nullable String taken(Map<String, String> wanted, String thing) {
        for (Map.Entry<String, String> mine : wanted.entrySet()) {
            String key = mine.getKey();
            if (key.equals(thing) || key.startsWith(thing + " ") || thing.startsWith(key + " ")) {
                return mine.getValue();
            }
        }
        return null;
    }

    /** Names of all that a spec wants, of whatever kind and namespace: what shares none of them is no rival. */
    static Set<String> names(JsonNode spec) {
        Set<String> names = new HashSet<>();
        for (String role : List.of("stable", "canary")) {
            names.add(deployment(spec, role).intern());
        }
        virtualServices(spec).forEach(service -> names.add(text(service, "name").intern()));
        return Set.copyOf(names);
    }

    /** The VirtualServices that a spec of a namespace wants. */
    static Set<ObjectName> services(String namespace, JsonNode spec) {
        Set<ObjectName> services = new HashSet<>();
        virtualServices(spec).forEach(service -> services.add(service(namespace, service)));
        return services;
    }

    private static ObjectName service(String namespace, JsonNode service) {
        return new ObjectName(service.path("namespace").asText(namespace), text(service, "name"));
    }

    private static JsonNode virtualServices(JsonNode spec) {
        return spec.path("traffic").path("istio").path("virtualServices");
    }

    private static String deployment(JsonNode spec, String role) {
        return text(spec.path("workloads").path(role), "name");
    }

    private static String text(JsonNode object, String field) {
        return object.path(field).asText();
    }

    /** Each thing with the field that names it. */
    private static Map<String, String> wants(GenericKubernetesResource resource, Predicate<ObjectName> isLet) {
        JsonNode spec = Json.field(resource, "spec");
        String namespace = resource.getMetadata().getNamespace();
        Map<String, String> wants = new LinkedHashMap<>();
        for (String role : List.of("stable", "canary")) {
            wants.put("Deployment " + namespace + "/" + deployment(spec, role), "spec.workloads." + role + ".name");
        }
        JsonNode services = virtualServices(spec);
        for (int i = 0; i < services.size(); i++) {
            ObjectName service = service(namespace, services.path(i));
            if (isLet.test(service)) {
                String field = "spec.traffic.istio.virtualServices[" + i + "]";
                routes(service, services.path(i)).forEach(route -> wants.put(route, field));
            }
        }
        return wants;
    }

    private static List<String> routes(ObjectName service, JsonNode wanted) {
        String name = "VirtualService " + service.namespace() + "/" + service.name();
        List<String> routes = new ArrayList<>();
        wanted.path("routes").forEach(route -> routes.add(name + " route " + route.asText()));
        return routes.isEmpty() ? List.of(name) : routes;
    }
}
