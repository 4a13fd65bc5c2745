package io.mcprollout.controller.adapter.prometheus;

import io.mcprollout.controller.port.IstioDurations;
import io.mcprollout.controller.port.IstioRequests;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Texts of queries. */
final class PromQuery {
    private PromQuery() {}

    /** Raw samples of Istio's request counter for all arms, and for requests that reached no pod. */
    static String istio(Collection<MeshArm> arms, Duration window) {
        return IstioRequests.METRIC + selector(arms, List.of("unknown"), "") + range(window);
    }

    /** Raw samples of Istio's histogram of durations for all arms, of requests that were answered. */
    static String durations(Collection<MeshArm> arms, Duration window) {
        return IstioDurations.METRIC + selector(arms, List.of("unknown"), ",response_code!~\"5..|0\"") + range(window);
    }

    /** Istio's request counter for all arms. */
    static String past(Collection<MeshArm> arms) {
        return IstioRequests.METRIC + selector(arms, List.of(), "");
    }

    private static String range(Duration window) {
        return "[" + window.toMillis() + "ms]";
    }

    private static String selector(Collection<MeshArm> arms, List<String> others, String more) {
        TreeSet<String> workloads = new TreeSet<>(others);
        TreeSet<String> services = new TreeSet<>();
        arms.forEach(arm -> {
            workloads.add(regex(arm.deployment()));
            services.add(regex(arm.host()));
        });
        return "{reporter=\"source\",destination_workload=~\""
                + escaped(String.join("|", workloads)) + "\",destination_service=~\""
                + escaped(String.join("|", services)) + "\"" + more + "}";
    }

    /** A query of the administrator's with the arm's values put in. */
    static String custom(String query, MeshArm arm) {
        String filled = query;
        for (Map.Entry<String, String> value : Map.of(
                        "${namespace}", arm.namespace(),
                        "${deployment}", arm.deployment(),
                        "${host}", arm.host(),
                        "${subset}", arm.subset())
                .entrySet()) {
            filled = filled.replace(value.getKey(), escaped(value.getValue()));
        }
        return filled;
    }

    /** A text as it stands inside a string in double quotes. */
    static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    /** A regular expression (RE2) that matches exactly this text. */
    static String regex(String text) {
        return text.replaceAll("[^A-Za-z0-9_-]", "\\\\$0");
    }
}
