package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Advice;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks at routes before they are in a cluster: with the same eyes, but only at what is there. */
public final class ManifestCheck {
    private static final Set<String> OF_ABSENT = Set.of("VirtualServiceNotFound", "DestinationRuleNotFound", Root.NONE);

    private final Objects objects;
    private final SlotLabels labels;

    /**
     * A check.
     *
     * @param objects of any kind; those without a namespace are of {@code namespace}
     */
    public ManifestCheck(List<ObjectNode> objects, String namespace, SlotLabels labels) {
        this.objects = new Objects(List.copyOf(objects), namespace);
        this.labels = labels;
    }

    /** What stands in the way of managing routes, as far as the objects are there. */
    public List<Problem> problems(RolloutKey rollout, Routes.Istio routes) {
        return new IstioCheck(objects, labels)
                .problems(rollout, routes).stream()
                        .filter(problem -> !OF_ABSENT.contains(problem.reason()))
                        .toList();
    }

    /** What could be better about them. */
    public List<Advice> advice(Routes.Istio routes, Map<Slot, Integer> replicas) {
        return MeshPolicy.advice(routes, objects, replicas);
    }

    /** Objects that routes name and that are not there. */
    public List<Advice.Ref> absent(Routes.Istio routes) {
        List<Advice.Ref> absent = new ArrayList<>();
        for (Routes.VirtualService service :
                routes.delegate().isPresent() ? List.<Routes.VirtualService>of() : routes.virtualServices()) {
            absent(absent, IstioKind.VIRTUAL_SERVICE, routes.namespace(service), service.name());
        }
        absent(absent, IstioKind.DESTINATION_RULE, routes.namespace(), routes.destinationRule());
        return List.copyOf(absent);
    }

    private void absent(List<Advice.Ref> absent, IstioKind kind, String namespace, String name) {
        if (objects.look(kind, namespace, name).found().isEmpty()) {
            absent.add(new Advice.Ref(kind.kind(), namespace, name));
        }
    }

    /** Objects of files. */
    private record Objects(List<ObjectNode> all, String namespace) implements MeshObjects {
        @Override
        public Answer look(IstioKind kind, String wanted, String name) {
            return all.stream()
                    .filter(object -> isOf(object, kind)
                            && namespace(object).equals(wanted)
                            && object.at("/metadata/name").asText().equals(name))
                    .findFirst()
                    .<Answer>map(Answer.Found::new)
                    .orElseGet(Answer.Absent::new);
        }

        @Override
        public List<ObjectNode> virtualServices() {
            return all.stream()
                    .filter(object -> isOf(object, IstioKind.VIRTUAL_SERVICE))
                    .toList();
        }

        @Override
        public List<ObjectNode> virtualServices(String wanted) {
            return all.stream()
                    .filter(object -> isOf(object, IstioKind.VIRTUAL_SERVICE)
                            && namespace(object).equals(wanted))
                    .toList();
        }

        @Override
        public Destinations destinations(Routes.Istio routes) {
            Optional<String> host = look(IstioKind.DESTINATION_RULE, routes.namespace(), routes.destinationRule())
                    .found()
                    .flatMap(MeshObjects::host);
            return Destinations.of(routes, host);
        }

        private String namespace(ObjectNode object) {
            return object.at("/metadata/namespace").asText(namespace);
        }

        private static boolean isOf(ObjectNode object, IstioKind kind) {
            return object.path("kind").asText().equals(kind.kind())
                    && object.path("apiVersion").asText().startsWith(IstioKind.GROUP + "/");
        }
    }
}
