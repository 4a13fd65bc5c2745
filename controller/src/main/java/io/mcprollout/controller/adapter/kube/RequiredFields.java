package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.port.Problem;
import java.util.List;

/** Fields without which a McpRollout cannot be read, which the API server demands by its schema. */
final class RequiredFields {
    /** Paths below {@code spec}; each member of a list is meant. A field of what is absent is not missing. */
    static final List<String> PATHS = List.of(
            "workloads",
            "workloads.stable",
            "workloads.stable.name",
            "workloads.canary",
            "workloads.canary.name",
            "traffic",
            "traffic.istio.destinationRule",
            "traffic.istio.destinationRule.name",
            "traffic.istio.destinationRule.stableSubset",
            "traffic.istio.destinationRule.canarySubset",
            "traffic.istio.virtualServices",
            "traffic.istio.virtualServices[].name",
            "steps",
            "steps[].weight",
            "evidence",
            "evidence.probes[].name",
            "evidence.probes[].mcp.url",
            "evidence.probes[].mcp.connect.entryPoint",
            "evidence.probes[].mcp.auth.secretRef",
            "evidence.probes[].mcp.auth.secretRef.name",
            "evidence.probes[].mcp.auth.secretRef.key",
            "evidence.probes[].mcp.tls.caSecretRef",
            "evidence.probes[].mcp.tls.caSecretRef.name",
            "evidence.probes[].mcp.tools.call[].name",
            "evidence.mesh[].name",
            "evidence.mesh[].source");

    private RequiredFields() {}

    /** Adds each that is missing. */
    static void check(JsonNode spec, Problems problems) {
        for (String path : PATHS) {
            check(spec, List.of(path.split("\\.")), "spec", problems);
        }
    }

    private static void check(JsonNode parent, List<String> path, String at, Problems problems) {
        String step = path.getFirst();
        boolean list = step.endsWith("[]");
        String name = list ? step.substring(0, step.length() - 2) : step;
        JsonNode child = parent.path(name);
        List<String> rest = path.subList(1, path.size());
        if (rest.isEmpty()) {
            if (child.isMissingNode() || child.isNull()) {
                problems.add(new Problem(Problems.INVALID, at + "." + name, "is missing; set it"));
            }
        } else if (list) {
            for (int i = 0; i < child.size(); i++) {
                check(child.path(i), rest, at + "." + name + "[" + i + "]", problems);
            }
        } else if (child.isObject()) {
            check(child, rest, at + "." + name, problems);
        }
    }
}
