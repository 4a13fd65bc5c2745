package io.mcprollout.controller.port;

import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which routes carry the traffic of a rollout; one kind for each traffic provider. */
public sealed interface Routes {
    /** Whether they are the controller's own as a whole, which others delegate to. */
    static boolean isWhole(Routes routes) {
        return switch (routes) {
            case Istio istio -> istio.delegate().isPresent();
        };
    }

    /**
     * Weighted http routes of VirtualServices.
     *
     * @param namespace of the rollout, the DestinationRule, and every VirtualService that names no other
     * @param virtualServices the objects and their routes
     * @param destinationRule name of the DestinationRule that has the subsets
     * @param subsets subset of each slot; never changes
     * @param delegate the one VirtualService is the controller's own as a whole (Delegate mode); empty: they are users' (Patch mode)
     */
    record Istio(
            String namespace,
            List<VirtualService> virtualServices,
            String destinationRule,
            Map<Slot, String> subsets,
            Optional<Delegate> delegate)
            implements Routes {
        public Istio {
            virtualServices = List.copyOf(virtualServices);
            subsets = Map.copyOf(subsets);
        }

        /** Those of users' VirtualServices. */
        public Istio(
                String namespace,
                List<VirtualService> virtualServices,
                String destinationRule,
                Map<Slot, String> subsets) {
            this(namespace, virtualServices, destinationRule, subsets, Optional.empty());
        }

        /** Where a VirtualService lives. */
        public String namespace(VirtualService service) {
            return service.elsewhere().orElse(namespace);
        }
    }

    /**
     * What a VirtualService is generated from besides the subsets.
     *
     * @param port of the Service; empty: it has one
     */
    record Delegate(Optional<Integer> port) {}

    /**
     * One VirtualService.
     *
     * @param elsewhere its namespace, when that is not the rollout's
     * @param name of the object
     * @param routes names of its managed http routes; empty: it has exactly one http route with a destination
     */
    record VirtualService(Optional<String> elsewhere, String name, List<String> routes) {
        public VirtualService {
            routes = List.copyOf(routes);
        }

        /** One of the rollout's own namespace. */
        public VirtualService(String name, List<String> routes) {
            this(Optional.empty(), name, routes);
        }

        /** What people call it: its name, after its namespace when that is another. */
        public String title() {
            return elsewhere.map(namespace -> namespace + "/" + name).orElse(name);
        }
    }
}
