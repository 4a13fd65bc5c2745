package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tells which destination belongs to which slot.
 *
 * @param home namespace of the rollout and of the DestinationRule, whose short host name means a Service there
 * @param namespace of the VirtualService; its short host names mean Services there
 * @param host host of the DestinationRule as written; empty when it is not known, then the subset alone tells
 * @param subsets subset of each slot
 * @param delegate how the VirtualService is generated; empty: it is a user's
 */
record Destinations(
        String home,
        String namespace,
        Optional<String> host,
        Map<Slot, String> subsets,
        Optional<Routes.Delegate> delegate) {
    /** Those of users' VirtualServices of the rollout's namespace. */
    Destinations(String home, Optional<String> host, Map<Slot, String> subsets) {
        this(home, home, host, subsets, Optional.empty());
    }

    /** Those of routes, whose DestinationRule has that host. */
    static Destinations of(Routes.Istio routes, Optional<String> host) {
        Map<Slot, String> subsets = routes.subsets();
        return new Destinations(
                routes.namespace(),
                routes.namespace(),
                host,
                Map.of(Slot.A, subsets.getOrDefault(Slot.A, ""), Slot.B, subsets.getOrDefault(Slot.B, "")),
                routes.delegate());
    }

    /** The same in a VirtualService of that namespace. */
    Destinations in(String other) {
        return new Destinations(home, other, host, subsets, delegate);
    }

    /** Whether the VirtualService is of another namespace than the rollout. */
    boolean isAbroad() {
        return !namespace.equals(home);
    }

    /** The DestinationRule's host as Istio resolves it. */
    Optional<String> qualifiedHost() {
        return host.map(written -> qualified(written, home));
    }

    /** Weighted destination of an http rule at its place in the list. */
    record Target(int index, ObjectNode json) {
        JsonNode destination() {
            return json.path("destination");
        }

        String host() {
            return destination().path("host").asText("");
        }

        String subset() {
            return destination().path("subset").asText("");
        }

        /** As written; none counts as 0, which Istio does too when there are several. */
        long weight() {
            return Math.max(0, json.path("weight").asLong(0));
        }

        @Override
        public String toString() {
            return host() + (subset().isEmpty() ? "" : " subset " + subset());
        }
    }

    /** The destinations of a rule in order; empty for a redirect, a direct response or a delegate. */
    static List<Target> of(JsonNode rule) {
        List<Target> targets = new ArrayList<>();
        int index = 0;
        for (JsonNode entry : rule.path("route")) {
            if (entry instanceof ObjectNode object) {
                targets.add(new Target(index, object));
            }
            index++;
        }
        return targets;
    }

    /** Slot that a destination belongs to; empty for anything foreign. */
    Optional<Slot> slot(Target target) {
        if (host.isPresent() && !qualifiedHost().equals(Optional.of(qualified(target.host())))) {
            return Optional.empty();
        }
        for (Slot slot : Slot.values()) {
            if (target.subset().equals(subsets.get(slot))) {
                return Optional.of(slot);
            }
        }
        return Optional.empty();
    }

    /** Those of a slot. */
    List<Target> of(JsonNode rule, Slot slot) {
        return of(rule).stream()
                .filter(target -> slot(target).equals(Optional.of(slot)))
                .toList();
    }

    /** A host of the VirtualService as Istio resolves it: a name without a dot is a Service of the namespace. */
    String qualified(String name) {
        return qualified(name, namespace);
    }

    private static String qualified(String name, String namespace) {
        return name.isEmpty() || name.contains(".") ? name : name + "." + namespace + ".svc.cluster.local";
    }

    /** Part of a rule's traffic that goes to a slot. */
    Share share(JsonNode rule, Slot slot) {
        List<Target> all = of(rule);
        List<Target> own = of(rule, slot);
        if (all.size() == 1) {
            // one destination alone gets everything, whatever its weight says
            return new Share(own.size(), 1);
        }
        return new Share(sum(own), sum(all));
    }

    private static long sum(List<Target> targets) {
        return targets.stream().mapToLong(Target::weight).sum();
    }

    /** An exact fraction; nothing of nothing is nothing. */
    record Share(long part, long whole) {
        /** Whole percent; 0 and 100 only when it is exactly that. */
        int percent() {
            if (part == 0 || whole == 0) {
                return 0;
            }
            return part == whole ? 100 : Math.clamp(Math.round(100.0 * part / whole), 1, 99);
        }

        /** Compares with a whole percentage, without rounding: negative when it is smaller. */
        int compareTo(int percent) {
            return whole == 0 ? Integer.compare(0, percent) : Long.compare(part * 100, percent * whole);
        }
    }
}
