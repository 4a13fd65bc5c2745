package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.api.v1alpha1.Traffic;
import io.mcprollout.controller.api.v1alpha1.Traffic.DestinationRuleRef;
import io.mcprollout.controller.api.v1alpha1.Traffic.Istio;
import io.mcprollout.controller.api.v1alpha1.Traffic.IstioMode;
import io.mcprollout.controller.api.v1alpha1.Traffic.VirtualServiceRef;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads which routes carry the traffic. */
final class RouteParser {
    private static final String ISTIO = "spec.traffic.istio";

    private final Set<String> namespaces;
    private final Problems problems;

    /**
     * A parser.
     *
     * @param namespaces whose VirtualServices are watched; none: all
     * @param problems takes what is wrong
     */
    RouteParser(Set<String> namespaces, Problems problems) {
        this.namespaces = Set.copyOf(namespaces);
        this.problems = problems;
    }

    /** The routes of an McpRollout in a namespace; empty when they cannot be read, then the problems say why. */
    Optional<Routes> parse(String namespace, Traffic traffic) {
        Istio istio = traffic.istio();
        if ((istio == null) == (traffic.gatewayApi() == null)) {
            problems.add(new Problem(
                    Problems.INVALID,
                    "spec.traffic",
                    "exactly one traffic provider must be set; keep one of istio and gatewayApi"));
            return Optional.empty();
        }
        if (istio == null) {
            problems.add("gatewayApi", "spec.traffic", "is not supported by this version; use istio");
            return Optional.empty();
        }
        DestinationRuleRef rule = istio.destinationRule();
        if (rule.stableSubset().equals(rule.canarySubset())) {
            problems.add(
                    "canarySubset",
                    "spec.traffic.istio.destinationRule",
                    "must be another subset than stableSubset; name the canary's");
        }
        List<Routes.VirtualService> services = new ArrayList<>();
        for (int i = 0; i < istio.virtualServices().size(); i++) {
            VirtualServiceRef ref = istio.virtualServices().get(i);
            Optional<String> elsewhere = Optional.ofNullable(ref.namespace()).filter(other -> !other.equals(namespace));
            if (elsewhere.isPresent() && !namespaces.isEmpty() && !namespaces.contains(elsewhere.get())) {
                problems.add(new Problem(
                        "NamespaceNotWatched",
                        "spec.traffic.istio.virtualServices[" + i + "].namespace",
                        "this controller watches no VirtualServices of namespace " + elsewhere.get()
                                + "; name one of a namespace that it watches, or have its administrator add this one to"
                                + " mcprollout.route-namespaces"));
            }
            services.add(
                    new Routes.VirtualService(elsewhere, ref.name(), ref.routes() == null ? List.of() : ref.routes()));
        }
        return Optional.of(new Routes.Istio(
                namespace,
                services,
                rule.name(),
                Map.of(Slot.A, rule.stableSubset(), Slot.B, rule.canarySubset()),
                delegate(istio, services)));
    }

    private Optional<Routes.Delegate> delegate(Istio istio, List<Routes.VirtualService> services) {
        if (istio.mode() != IstioMode.Delegate) {
            if (istio.port() != null) {
                problems.add("port", ISTIO, "is for mode: Delegate only, users' routes have their own; leave it out");
            }
            return Optional.empty();
        }
        if (services.size() != 1) {
            problems.add(
                    "virtualServices",
                    ISTIO,
                    "must have one entry in mode: Delegate, the name of the VirtualService that is generated; any number of"
                            + " others may delegate to it");
        }
        for (int i = 0; i < services.size(); i++) {
            String field = ISTIO + ".virtualServices[" + i + "]";
            if (!services.get(i).routes().isEmpty()) {
                problems.add("routes", field, "must be left out in mode: Delegate: every route of it is generated");
            }
            if (services.get(i).elsewhere().isPresent()) {
                problems.add(
                        "namespace",
                        field,
                        "must be left out in mode: Delegate: it is made in this namespace, and a VirtualService of any other may"
                                + " delegate to it");
            }
        }
        return Optional.of(new Routes.Delegate(Optional.ofNullable(istio.port())));
    }
}
