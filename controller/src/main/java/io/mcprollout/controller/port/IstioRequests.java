package io.mcprollout.controller.port;

import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.policy.traffic.Slot;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * Tells for whom a series of {@code istio_requests_total} counts, or of the histogram of durations. Reported by the source, because a dead destination reports nothing.
 *
 * @param arms how each slot's requests are recognised
 */
public record IstioRequests(Map<Slot, MeshArm> arms) {
    /** Name of the counter in Istio's standard metrics. */
    public static final String METRIC = "istio_requests_total";

    private static final String UNKNOWN = "unknown";

    public IstioRequests {
        arms = Map.copyOf(arms);
    }

    /**
     * Whose requests a series counts.
     *
     * @param slot empty: a request to the service that reached no pod
     * @param bad whether it counts failures, which are answers of class 5xx
     */
    public record Owner(Optional<Slot> slot, boolean bad) {
        /** The slot that answered them; empty when they failed. */
        public Optional<Slot> answering() {
            return bad ? Optional.empty() : slot;
        }
    }

    /** Owner of the series with these labels; empty when it counts nothing of ours, or clients that hung up. */
    public Optional<Owner> owner(Map<String, String> labels) {
        String code = labels.getOrDefault("response_code", "");
        boolean hungUp = code.equals("0")
                || Arrays.asList(labels.getOrDefault("response_flags", "").split(","))
                        .contains("DC");
        boolean bad = code.length() == 3 && code.startsWith("5");
        if (!labels.getOrDefault("reporter", "").equals("source") || (hungUp && (bad || code.equals("0")))) {
            return Optional.empty();
        }
        String workload = labels.getOrDefault("destination_workload", "");
        for (Map.Entry<Slot, MeshArm> arm : arms.entrySet()) {
            if (isFor(labels, arm.getValue())) {
                if (workload.equals(arm.getValue().deployment())) {
                    return Optional.of(new Owner(Optional.of(arm.getKey()), bad));
                }
                if (workload.equals(UNKNOWN) && bad) {
                    return Optional.of(new Owner(Optional.empty(), true));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean isFor(Map<String, String> labels, MeshArm arm) {
        String host = arm.host();
        int dot = host.indexOf('.');
        boolean named = labels.getOrDefault("destination_service_name", "")
                        .equals(dot < 0 ? host : host.substring(0, dot))
                && labels.getOrDefault("destination_service_namespace", "").equals(arm.namespace());
        return named || labels.getOrDefault("destination_service", "").equals(host);
    }
}
