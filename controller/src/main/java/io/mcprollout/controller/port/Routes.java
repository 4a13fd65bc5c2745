package io.mcprollout.controller.port;

import io.mcprollout.policy.traffic.Slot;
import java.util.List;
import java.util.Map;

/** Which routes carry the traffic of a rollout; one kind for each traffic provider. */
public sealed interface Routes {
    /**
     * Weighted http routes of VirtualServices, in Patch mode.
     *
     * @param namespace where all of them live
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
    }

    /**
     * One VirtualService.
     *
     * @param name of the object
     * @param routes names of its managed http routes; empty: it has exactly one http route with a destination
     */
    record VirtualService(String name, List<String> routes) {
        public VirtualService {
            routes = List.copyOf(routes);
        }
    }
}
