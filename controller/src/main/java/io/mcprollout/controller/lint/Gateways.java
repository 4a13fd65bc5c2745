package io.mcprollout.controller.lint;

import com.fasterxml.jackson.databind.JsonNode;
import io.mcprollout.controller.lint.Finding.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Settings of gateways that end streams, wherever they stand: in an object's own fields, or in Istio's configuration as the text of a ConfigMap or
 * an annotation.
 */
final class Gateways {
    private static final Pattern EDGE =
            Pattern.compile("connectionSettings['\"]?:\\s*\\{?\\s*['\"]?profile['\"]?:\\s*['\"]?EDGE\\b");
    private static final Pattern LONGEST_STREAM =
            Pattern.compile("max_?stream_?duration['\"]?:\\s*['\"]?(?!0+s)[0-9]", Pattern.CASE_INSENSITIVE);

    private final List<Finding> findings = new ArrayList<>();

    private Gateways() {}

    static List<Finding> findings(Manifests manifests) {
        Gateways gateways = new Gateways();
        manifests.all().forEach(manifest -> gateways.walk(manifest, manifest.json(), ""));
        return List.copyOf(gateways.findings);
    }

    private void walk(Manifest manifest, JsonNode node, String path) {
        if (node.isTextual()) {
            text(manifest, node.asText(), path);
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                walk(manifest, node.path(i), path + "[" + i + "]");
            }
        } else if (node.isObject()) {
            node.properties().forEach(field -> {
                String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
                object(manifest, field.getKey(), field.getValue(), at);
                walk(manifest, field.getValue(), at);
            });
        }
    }

    private void object(Manifest manifest, String name, JsonNode value, String path) {
        if (name.equals("connectionSettings")
                && value.path("profile").asText().equals("EDGE")
                && !value.has("httpStreamIdleTimeout")) {
            edge(manifest, path + ".profile");
        }
        String flat = name.replace("_", "").toLowerCase(java.util.Locale.ROOT);
        if (flat.endsWith("maxstreamduration") && !value.asText("0s").matches("0+s") && value.isValueNode()) {
            longest(manifest, path, value.asText());
        }
    }

    private void text(Manifest manifest, String text, String path) {
        if (EDGE.matcher(text).find() && !text.contains("httpStreamIdleTimeout")) {
            edge(manifest, path);
        }
        if (LONGEST_STREAM.matcher(text).find()) {
            longest(manifest, path, "a fixed time");
        }
    }

    private void edge(Manifest manifest, String path) {
        findings.add(Finding.of(
                Level.WARNING,
                "EdgeProfileEndsStreams",
                manifest,
                path,
                "the profile EDGE ends requests after 5 min and streams that are idle for 5 min; set httpStreamIdleTimeout: 0s beside it,"
                        + " or let the server send comments in between"));
    }

    private void longest(Manifest manifest, String path, String time) {
        findings.add(Finding.of(
                Level.WARNING,
                "StreamsEnd",
                manifest,
                path,
                "every stream ends after " + time + ", whoever uses it; take it out for MCP servers"));
    }
}
