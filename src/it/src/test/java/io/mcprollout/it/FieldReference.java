package io.mcprollout.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.StreamSupport;

/**
 * The page of the documentation that lists every field of one custom resource.
 *
 * @param crd the CustomResourceDefinition it is written from
 */
record FieldReference(Manifest crd) {
    /** The page as Markdown. */
    String page() {
        JsonNode names = crd.body().at("/spec/names");
        JsonNode version = crd.body().at("/spec/versions/0");
        JsonNode root = version.at("/schema/openAPIV3Schema");
        StringBuilder page = new StringBuilder("""
                # %s

                Written from the CRD by `make crds`; do not edit.

                `%s/%s`, namespaced, short name `%s`. A field in **bold** is required.
                """.formatted(
                        names.path("kind").asText(),
                        crd.body().at("/spec/group").asText(),
                        version.path("name").asText(),
                        names.at("/shortNames/0").asText()));
        for (String part : List.of("spec", "status")) {
            JsonNode schema = root.path("properties").path(part);
            if (schema.has("properties")) {
                page.append("""

                        ## %s

                        | field | type | default | meaning |
                        |---|---|---|---|
                        """.formatted(part));
                rows(schema, part, page);
            }
        }
        List<String> rules = new ArrayList<>();
        rules(root, "", rules);
        if (!rules.isEmpty()) {
            page.append("\n## Rules\n\nChecked by the API server; the message is what it answers.\n\n");
            rules.forEach(rule -> page.append("- ").append(rule).append('\n'));
        }
        return page.toString();
    }

    private static void rows(JsonNode schema, String path, StringBuilder page) {
        List<String> required = StreamSupport.stream(schema.path("required").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            JsonNode field = property.getValue();
            String name = path + "." + property.getKey();
            String shown = required.contains(property.getKey()) ? "**`" + name + "`**" : "`" + name + "`";
            page.append("| %s | %s | %s | %s |\n".formatted(shown, type(field), fallback(field), meaning(field)));
            boolean list = field.path("type").asText().equals("array");
            rows(list ? field.path("items") : field, list ? name + "[]" : name, page);
        }
    }

    private static String type(JsonNode field) {
        if (field.has("enum")) {
            TreeSet<String> values = new TreeSet<>();
            field.path("enum").forEach(value -> values.add("`" + value.asText() + "`"));
            return String.join(", ", values);
        }
        String type = field.path("type").asText();
        if (type.equals("array")) {
            return "list of " + type(field.path("items"));
        }
        if (field.path("pattern").asText().contains("ms|s|m|h")) {
            return "duration";
        }
        if (field.path("pattern").asText().endsWith("%$")) {
            return "percentage";
        }
        return type.isEmpty() ? "any" : type;
    }

    private static String fallback(JsonNode field) {
        JsonNode value = field.path("default");
        return value.isMissingNode() || (value.isObject() && value.isEmpty())
                ? ""
                : "`" + (value.isTextual() ? value.asText() : value.toString()) + "`";
    }

    private static String meaning(JsonNode field) {
        String bounds = field.has("minimum") || field.has("maximum")
                ? " (%s to %s)"
                        .formatted(
                                field.path("minimum").asInt(),
                                field.path("maximum").asInt())
                : "";
        return field.path("description").asText().replace("|", "\\|") + bounds;
    }

    private static void rules(JsonNode schema, String path, List<String> rules) {
        for (JsonNode rule : schema.path("x-kubernetes-validations")) {
            String place = path + rule.path("fieldPath").asText();
            rules.add("`%s`: %s".formatted(place, rule.path("message").asText()));
        }
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            rules(property.getValue(), path.isEmpty() ? property.getKey() : path + "." + property.getKey(), rules);
        }
        if (schema.has("items")) {
            rules(schema.path("items"), path + "[]", rules);
        }
    }
}
