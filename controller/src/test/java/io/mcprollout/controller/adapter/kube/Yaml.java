package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec;

/** Kubernetes objects of tests, as people write them. */
final class Yaml {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    /** A spec in which every optional field is left out. */
    static final String SPEC = """
            workloads: {stable: {name: stable}, canary: {name: canary}}
            traffic:
              istio:
                virtualServices: [{name: mcp-server}]
                destinationRule: {name: mcp-server, stableSubset: stable, canarySubset: canary}
            steps: [{weight: 10, hold: 1m}, {weight: 100}]
            evidence:
              probes: [{name: outside, mcp: {url: https://mcp.example.com/mcp}}]
            """;

    private Yaml() {}

    static JsonNode tree(String text) {
        try {
            return YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static McpRolloutSpec spec(String text) {
        return Json.MAPPER.convertValue(tree(text), McpRolloutSpec.class);
    }

    static GenericKubernetesResource resource(String text) {
        return Json.MAPPER.convertValue(tree(text), GenericKubernetesResource.class);
    }
}
