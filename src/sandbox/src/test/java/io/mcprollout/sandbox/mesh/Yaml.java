package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;

/** Objects of the Kubernetes API written as YAML. */
final class Yaml {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final YAMLMapper MAPPER = new YAMLMapper();

    private Yaml() {}

    static JsonNode of(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    /** What an echo server received, of an answer of any size. */
    static JsonNode received(String answer) {
        try {
            return JSON.readTree(answer);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("no JSON of " + answer.length() + " characters", e);
        }
    }

    /** A VirtualService {@code ns/mcp} for mcp.example.com and 127.0.0.1 at istio-ingress/gateway with these http rules. */
    static JsonNode virtualService(String http) {
        return of("""
                apiVersion: networking.istio.io/v1
                kind: VirtualService
                metadata: {name: mcp, namespace: ns, creationTimestamp: "2026-01-01T00:00:00Z"}
                spec:
                  hosts: [mcp.example.com, "127.0.0.1"]
                  gateways: [istio-ingress/gateway]
                  http:
                """ + http.stripTrailing().indent(2));
    }
}
