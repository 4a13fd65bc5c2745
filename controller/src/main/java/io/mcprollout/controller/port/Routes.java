package io.mcprollout.controller.port;

import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which routes carry the traffic of a rollout; one kind for each traffic provider. */
public sealed interface Routes {
    /**
     * Weighted http routes of VirtualServices, in Patch mode.
     *
     * @param namespace of the rollout, the DestinationRule, and every VirtualService that names no other
     * @param virtualServices the objects and their routes
     * @param destinationRule name of the DestinationRule that has the subsets
     * @param subsets subset of each slot; never changes
     */
    record Istio(
            String namespace, List<VirtualService> virtualServices, String destinationRule, Map<Slot, String> subsets)
            implements Routes {
        public Istio {
            virtualServices = List.copyOf(virtualServices);
            subsets = Map.copyOf(subsets);
        }

        /** Where a VirtualService lives. */
        public String namespace(VirtualService service) {
            return service.elsewhere().orElse(namespace);
        }
    }

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
