package io.mcprollout.controller.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.lint.Finding.Level;
import io.mcprollout.controller.port.Routes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether the pods can speak mutual TLS where it is demanded. */
final class Membership {
    private static final String SECURITY = "security.istio.io";
    private static final String INJECT = "sidecar.istio.io/inject";
    private static final String STRICT = "STRICT";

    private final Manifests manifests;
    private final Routes.Istio routes;
    private final List<Finding> findings = new ArrayList<>();

    private Membership(Manifests manifests, Routes.Istio routes) {
        this.manifests = manifests;
        this.routes = routes;
    }

    /** Findings about the workloads of a rollout. */
    static List<Finding> findings(Manifests manifests, Routes.Istio routes, List<Manifest> workloads) {
        Membership membership = new Membership(manifests, routes);
        Optional<Manifest> sending = membership.sending();
        for (Manifest workload : workloads) {
            Optional<Manifest> accepting = membership.accepting(workload);
            boolean strict = accepting.map(Membership::mode).orElse("").equals(STRICT);
            if (strict || sending.isPresent()) {
                membership.outside(workload, strict ? accepting.get() : sending.get());
            }
            if (!strict && sending.isPresent() && accepting.isPresent()) {
                membership.permissive(accepting.get(), sending.get());
            }
        }
        return List.copyOf(membership.findings);
    }

    /* The DestinationRule that makes clients speak it. */
    private Optional<Manifest> sending() {
        return manifests
                .find("networking.istio.io", "DestinationRule", routes.namespace(), routes.destinationRule())
                .filter(rule ->
                        rule.json().at("/spec/trafficPolicy/tls/mode").asText().endsWith("MUTUAL"));
    }

    /* What a workload accepts: the policy that selects it, else that of its namespace. */
    private Optional<Manifest> accepting(Manifest workload) {
        List<Manifest> policies = manifests.ofKind(SECURITY, "PeerAuthentication").stream()
                .filter(policy -> policy.namespace().equals(workload.namespace()))
                .toList();
        JsonNode labels = workload.json().at("/spec/template/metadata/labels");
        return policies.stream()
                .filter(policy -> selects(policy, labels))
                .findFirst()
                .or(() -> policies.stream()
                        .filter(policy -> selector(policy).isEmpty())
                        .findFirst());
    }

    private static JsonNode selector(Manifest policy) {
        return policy.json().at("/spec/selector/matchLabels");
    }

    private static boolean selects(Manifest policy, JsonNode labels) {
        JsonNode selector = selector(policy);
        return !selector.isEmpty()
                && selector.properties().stream()
                        .map(Map.Entry::getKey)
                        .allMatch(key -> labels.path(key).equals(selector.path(key)));
    }

    private static String mode(Manifest policy) {
        return policy.json().at("/spec/mtls/mode").asText();
    }

    private void outside(Manifest workload, Manifest demand) {
        JsonNode metadata = workload.json().at("/spec/template/metadata");
        for (String part : List.of("labels", "annotations")) {
            if (metadata.path(part).path(INJECT).asText().equals("false")) {
                findings.add(Finding.of(
                        Level.WARNING,
                        "OutsideMesh",
                        workload,
                        "spec.template.metadata." + part + "." + INJECT,
                        "its pods get no sidecar, while " + demand.ref()
                                + " demands mutual TLS: every request to them fails; take "
                                + INJECT + ": \"false\" out"));
            }
        }
    }

    private void permissive(Manifest policy, Manifest demand) {
        findings.add(Finding.of(
                Level.WARNING,
                "MutualTlsNotStrict",
                policy,
                "spec.mtls.mode",
                "is " + (mode(policy).isEmpty() ? "not set" : mode(policy))
                        + ", so that pods also answer plain text, while " + demand.ref()
                        + " demands mutual TLS; set mode: " + STRICT));
    }
}
