package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManagedRoute.Usable;
import io.mcprollout.controller.port.Advice;
import io.mcprollout.controller.port.Advice.Level;
import io.mcprollout.controller.port.Advice.Ref;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What routes and DestinationRule do to an MCP server: its answers may be streams that last, its requests may have effects, and its
 * candidate may be a single pod.
 */
final class MeshPolicy {
    private static final int ALL = 100;
    /* Envoy's names of what may have reached the server. */
    private static final Set<String> REPEATS = Set.of("5xx", "gateway-error", "reset", "retriable-status-codes");
    private static final String CONFLICT_ONLY = "retriable-4xx";

    private final List<Advice> advice = new ArrayList<>();

    private MeshPolicy() {}

    /**
     * Everything that could be better about what routes name, as far as it is known.
     *
     * @param replicas pods that each slot's Deployment wants, as far as they are known
     */
    static List<Advice> advice(Routes.Istio routes, MeshObjects objects, Map<Slot, Integer> replicas) {
        MeshPolicy policy = new MeshPolicy();
        Destinations destinations = objects.destinations(routes);
        for (Routes.VirtualService service : routes.virtualServices()) {
            objects.look(routes, service)
                    .found()
                    .ifPresent(object -> policy.service(
                            new Ref(IstioKind.VIRTUAL_SERVICE.kind(), routes.namespace(service), service.name()),
                            ManagedRoute.in(object, service, destinations.in(routes.namespace(service)))));
        }
        for (Root root : Root.of(routes, objects)) {
            String name = root.object().at("/metadata/name").asText();
            policy.service(new Ref(IstioKind.VIRTUAL_SERVICE.kind(), root.namespace(), name), root.routes(routes));
        }
        objects.look(IstioKind.DESTINATION_RULE, routes.namespace(), routes.destinationRule())
                .found()
                .ifPresent(rule -> policy.rule(routes, rule, replicas));
        return List.copyOf(policy.advice);
    }

    private void service(Ref object, List<ManagedRoute> routes) {
        for (ManagedRoute route : routes) {
            if (route instanceof Usable usable) {
                String field = "spec.http[" + usable.index() + "]";
                timeout(object, field, usable);
                retries(object, field, usable);
                mirror(object, field, usable);
            }
        }
    }

    private void timeout(Ref object, String field, Usable route) {
        String timeout = route.rule().path("timeout").asText("");
        if (!timeout.isEmpty() && !timeout.matches("0+(\\.0+)?(ns|us|ms|s|m|h)")) {
            warn(
                    "RouteTimeout",
                    object,
                    field + ".timeout",
                    "route " + route.id() + " ends every answer after " + timeout
                            + ", also one that streams and a tool that takes longer; set timeout: 0s. An exemption for a path such"
                            + " as /sse does not help: Streamable HTTP has one path for everything");
        }
    }

    private void retries(Ref object, String field, Usable route) {
        JsonNode retries = route.rule().path("retries");
        if (retries.path("attempts").asInt(1) == 0) {
            return;
        }
        List<String> conditions = Arrays.stream(
                        retries.path("retryOn").asText("").split(","))
                .map(String::strip)
                .toList();
        List<String> repeating = conditions.stream()
                .filter(condition -> REPEATS.contains(condition) || condition.matches("[1-5][0-9][0-9]"))
                .toList();
        if (!repeating.isEmpty()) {
            warn(
                    "UnsafeRetry",
                    object,
                    field + ".retries.retryOn",
                    "route " + route.id() + " repeats requests on " + String.join(", ", repeating)
                            + ", when the server may have begun: a tools/call may take effect twice; leave them out and keep"
                            + " connect-failure,refused-stream, or set attempts: 0");
        }
        if (conditions.contains(CONFLICT_ONLY)) {
            note(
                    "RetriesConflictOnly",
                    object,
                    field + ".retries.retryOn",
                    CONFLICT_ONLY + " repeats on 409 only, not on 429; leave it out");
        }
    }

    private void mirror(Ref object, String field, Usable route) {
        for (String name : List.of("mirror", "mirrors")) {
            if (!route.rule().path(name).isEmpty()) {
                warn(
                        "MirroredCalls",
                        object,
                        field + "." + name,
                        "route " + route.id() + " sends every request a second time: tools take effect twice; take "
                                + name + " out");
            }
        }
    }

    private void rule(Routes.Istio routes, ObjectNode rule, Map<Slot, Integer> replicas) {
        Ref object = new Ref(IstioKind.DESTINATION_RULE.kind(), routes.namespace(), routes.destinationRule());
        boolean idle = true;
        for (Slot slot : Slot.values()) {
            Policies policies = Policies.of(rule, routes.subsets().getOrDefault(slot, ""));
            ejection(object, policies, slot, routes, Optional.ofNullable(replicas.get(slot)));
            idle &= !policies.connectionPool().at("/http/idleTimeout").isMissingNode();
        }
        if (!idle) {
            note(
                    "NoIdleTimeout",
                    object,
                    "spec.trafficPolicy.connectionPool.http.idleTimeout",
                    "is not set: a connection that the server closes as idle fails the request that uses it just then, the more so"
                            + " the fewer pods there are; set it below the server's keep-alive, such as 4s for the 5s of Node"
                            + " and of uvicorn");
        }
    }

    private void ejection(Ref object, Policies policies, Slot slot, Routes.Istio routes, Optional<Integer> replicas) {
        int percent = policies.outlierDetection().path("maxEjectionPercent").asInt(0);
        if (percent >= ALL && replicas.orElse(1) <= 1) {
            warn(
                    "EjectsOnlyPod",
                    object,
                    policies.field() + ".outlierDetection.maxEjectionPercent",
                    "lets the gateway eject all pods of subset "
                            + routes.subsets().getOrDefault(slot, "") + ", which has "
                            + (replicas.isPresent() ? "one" : "perhaps one")
                            + ": every request fails with 503 (UH) then and never reaches it; set it to 50, or run more pods");
        }
    }

    private void warn(String reason, Ref object, String field, String message) {
        add(new Advice(Level.Warning, reason, object, field, message));
    }

    private void note(String reason, Ref object, String field, String message) {
        add(new Advice(Level.Note, reason, object, field, message));
    }

    /* Two routes, or both slots, may say the same of one field. */
    private void add(Advice next) {
        if (!advice.contains(next)) {
            advice.add(next);
        }
    }

    /**
     * The traffic policy of a subset: its own parts, and the DestinationRule's where it has none.
     *
     * @param field of the part that says most
     */
    private record Policies(String field, JsonNode outlierDetection, JsonNode connectionPool) {
        static Policies of(JsonNode rule, String subset) {
            JsonNode common = rule.at("/spec/trafficPolicy");
            int index = 0;
            for (JsonNode each : rule.at("/spec/subsets")) {
                JsonNode own = each.path("trafficPolicy");
                if (each.path("name").asText().equals(subset)) {
                    boolean ejects = own.has("outlierDetection");
                    return new Policies(
                            ejects ? "spec.subsets[" + index + "].trafficPolicy" : "spec.trafficPolicy",
                            (ejects ? own : common).path("outlierDetection"),
                            (own.has("connectionPool") ? own : common).path("connectionPool"));
                }
                index++;
            }
            return new Policies("spec.trafficPolicy", common.path("outlierDetection"), common.path("connectionPool"));
        }
    }
}
