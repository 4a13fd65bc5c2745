package io.mcprollout.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.KubeApi;
import io.mcprollout.sandbox.kube.istio.IstioResources;
import io.mcprollout.sandbox.kube.istio.IstioWebhook;
import io.mcprollout.sandbox.kube.model.ApiException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The sandbox's API server with the shipped CRDs and Istio's, as the judge of manifests. */
final class Served implements AutoCloseable {
    /** Kinds that belong to others and are only shown, or are no API objects at all. */
    private static final Set<String> FOREIGN = Set.of("Gateway", "Kustomization", "Component", "Application");

    private final KubeApi api = KubeApi.start();

    Served() {
        IstioResources.definitions().forEach(api::apply);
        Manifest.read("src/it/src/test/resources/io/mcprollout/it/istio/extensions.yaml")
                .forEach(crd -> api.apply((ObjectNode) crd.body()));
        api.addAdmission(new IstioWebhook());
        Manifest.read("deploy/crds").stream()
                .filter(manifest -> manifest.kind().equals("CustomResourceDefinition"))
                .forEach(crd -> api.apply((ObjectNode) crd.body()));
    }

    /** What is wrong with the object: refused, pruned, or a built-in kind with fields that do not exist; empty when nothing is. */
    Optional<String> problem(Manifest manifest) {
        if (FOREIGN.contains(manifest.kind())) {
            return Optional.empty();
        }
        if (KubernetesModel.knows(manifest)) {
            return KubernetesModel.problem(manifest);
        }
        String namespace = manifest.body().at("/metadata/namespace").asText("");
        if (!namespace.isEmpty()) {
            api.apply("{apiVersion: v1, kind: Namespace, metadata: {name: " + namespace + "}}");
        }
        try {
            JsonNode kept = api.apply((ObjectNode) manifest.body().deepCopy());
            List<String> lost = new ArrayList<>();
            compare(manifest.body(), kept, "", lost);
            return lost.isEmpty() ? Optional.empty() : Optional.of(manifest + ": no such field: " + lost);
        } catch (ApiException refused) {
            return Optional.of(manifest + ": " + refused.getMessage());
        }
    }

    /** Paths of what was given and not kept. */
    private static void compare(JsonNode given, JsonNode kept, String path, List<String> lost) {
        if (kept.isMissingNode()) {
            lost.add(path);
        } else if (given.isObject()) {
            for (Map.Entry<String, JsonNode> field : given.properties()) {
                compare(field.getValue(), kept.path(field.getKey()), path + "." + field.getKey(), lost);
            }
        } else if (given.isArray()) {
            for (int i = 0; i < given.size(); i++) {
                compare(given.path(i), kept.path(i), path + "[" + i + "]", lost);
            }
        }
    }

    @Override
    public void close() {
        api.close();
    }
}
