package io.mcprollout.controller.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.adapter.istio.ManifestCheck;
import io.mcprollout.controller.adapter.istio.SlotLabels;
import io.mcprollout.controller.adapter.kube.RolloutFile;
import io.mcprollout.controller.lint.Finding.Level;
import io.mcprollout.controller.port.Advice;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.traffic.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Looks at every McpRollout among manifests, and at what it names.
 *
 * <ol>
 *   <li>Its own fields, as the controller reads them.
 *   <li>The routes, as far as they are among the manifests; what is not is said.
 *   <li>What the mesh does to its MCP server.
 * </ol>
 */
final class Linter {
    private static final String OURS = "mcprollout.io";
    private static final String APPS = "apps";

    private final Manifests manifests;
    private final List<Finding> findings = new ArrayList<>();

    private Linter(Manifests manifests) {
        this.manifests = manifests;
    }

    /** All McpRollouts. */
    static List<Manifest> rollouts(Manifests manifests) {
        return manifests.ofKind(OURS, "McpRollout");
    }

    /** All findings, file by file and line by line. */
    static List<Finding> findings(Manifests manifests) {
        Linter linter = new Linter(manifests);
        rollouts(manifests).forEach(linter::rollout);
        linter.findings.addAll(Gateways.findings(manifests));
        return linter.findings.stream()
                .distinct()
                .sorted(Comparator.comparing(Finding::file)
                        .thenComparingInt(Finding::line)
                        .thenComparing(Finding::reason))
                .toList();
    }

    private void rollout(Manifest rollout) {
        RolloutFile.Content content = RolloutFile.read(
                rollout.namespace(),
                rollout.json(),
                name -> manifests
                        .find(OURS, "McpRolloutPolicy", rollout.namespace(), name)
                        .map(Manifest::json));
        content.problems().forEach(problem -> problem(rollout, problem));
        content.setup().ifPresent(setup -> setup(rollout, setup));
    }

    private void problem(Manifest rollout, Problem problem) {
        // a policy may be in the cluster already
        Level level = problem.reason().equals("PolicyNotFound") ? Level.NOTE : Level.ERROR;
        findings.add(Finding.of(level, problem.reason(), rollout, problem.field(), problem.message()));
    }

    private void setup(Manifest rollout, Setup setup) {
        if (!(setup.routes() instanceof Routes.Istio routes)) {
            return;
        }
        Map<Slot, Manifest> workloads = new EnumMap<>(Slot.class);
        setup.deployments()
                .forEach((slot, name) -> manifests
                        .find(APPS, "Deployment", rollout.namespace(), name)
                        .ifPresentOrElse(
                                found -> workloads.put(slot, found),
                                () -> absent(rollout, new Advice.Ref("Deployment", rollout.namespace(), name))));
        List<ObjectNode> objects = manifests.all().stream().map(Manifest::json).toList();
        SlotLabels labels =
                (key, slot) -> Optional.ofNullable(workloads.get(slot)).map(Linter::labels);
        ManifestCheck check = new ManifestCheck(objects, Manifest.DEFAULT_NAMESPACE, labels);
        check.absent(routes).forEach(object -> absent(rollout, object));
        RolloutKey key = new RolloutKey(rollout.namespace(), rollout.name());
        check.problems(key, routes).forEach(problem -> problem(rollout, problem));
        Map<Slot, Integer> replicas = new EnumMap<>(Slot.class);
        workloads.forEach((slot, found) -> replicas.put(slot, replicas(found)));
        check.advice(routes, replicas).forEach(this::advice);
        findings.addAll(Membership.findings(manifests, routes, List.copyOf(workloads.values())));
    }

    private void absent(Manifest rollout, Advice.Ref object) {
        findings.add(Finding.of(
                Level.NOTE,
                "NotAmongTheFiles",
                rollout,
                "spec",
                object + " is not among the files, so it was not looked at; name its file, too"));
    }

    private void advice(Advice advice) {
        Level level = advice.level() == Advice.Level.Warning ? Level.WARNING : Level.NOTE;
        manifests
                .find(advice.object())
                .ifPresent(
                        at -> findings.add(Finding.of(level, advice.reason(), at, advice.field(), advice.message())));
    }

    private static Map<String, String> labels(Manifest deployment) {
        Map<String, String> labels = new HashMap<>();
        deployment
                .json()
                .at("/spec/template/metadata/labels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
        return labels;
    }

    /* An autoscaler's least is what there may be. */
    private int replicas(Manifest deployment) {
        for (Manifest autoscaler : manifests.ofKind("autoscaling", "HorizontalPodAutoscaler")) {
            JsonNode target = autoscaler.json().at("/spec/scaleTargetRef");
            if (autoscaler.namespace().equals(deployment.namespace())
                    && target.path("kind").asText().equals("Deployment")
                    && target.path("name").asText().equals(deployment.name())) {
                return autoscaler.json().at("/spec/minReplicas").asInt(1);
            }
        }
        return deployment.json().at("/spec/replicas").asInt(1);
    }
}
