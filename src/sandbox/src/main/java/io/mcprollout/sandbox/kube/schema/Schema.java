package io.mcprollout.sandbox.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One node of a structural schema (openAPIV3Schema of a CRD), its CEL rules compiled. */
public final class Schema {
    private final ObjectNode raw;
    private final Map<String, Schema> properties = new LinkedHashMap<>();
    private final @Nullable Schema items;
    private final @Nullable Schema additional;
    private final Map<String, List<Schema>> junctors = new LinkedHashMap<>();
    private final List<Rule> rules = new ArrayList<>();

    /**
     * A rule with what to say when it is broken.
     *
     * @param message "" to quote the rule itself
     * @param fieldPath relative to the node, "" for the node
     * @param reason as CRDs name it, such as {@code FieldValueInvalid}
     */
    record Rule(
            CelRule rule,
            String text,
            String message,
            @Nullable CelRule messageExpression,
            String fieldPath,
            String reason) {}

    private Schema(ObjectNode raw) {
        this.raw = raw;
        raw.path("properties").properties().forEach(e -> properties.put(e.getKey(), of(e.getValue())));
        this.items = raw.get("items") instanceof ObjectNode node ? of(node) : null;
        this.additional = raw.get("additionalProperties") instanceof ObjectNode node ? of(node) : null;
        for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
            var branches = new ArrayList<Schema>();
            raw.path(junctor).forEach(branch -> branches.add(of(branch)));
            if (!branches.isEmpty()) junctors.put(junctor, branches);
        }
        if (raw.get("not") instanceof ObjectNode not) junctors.put("not", List.of(of(not)));
        for (var rule : raw.path("x-kubernetes-validations")) rules.add(rule(rule));
    }

    private static Rule rule(JsonNode rule) {
        String text = rule.path("rule").asText();
        if (rule.path("optionalOldSelf").asBoolean()) {
            throw new IllegalArgumentException("optionalOldSelf is not supported here: " + text);
        }
        String expression = rule.path("messageExpression").asText("");
        return new Rule(
                CelRule.compile(text),
                text,
                rule.path("message").asText(""),
                expression.isEmpty() ? null : CelRule.compileMessage(expression),
                rule.path("fieldPath").asText(""),
                rule.path("reason").asText("FieldValueInvalid"));
    }

    /** The schema that the JSON states; an {@link IllegalArgumentException} names a CEL rule that does not compile. */
    public static Schema of(JsonNode schema) {
        return new Schema(schema instanceof ObjectNode object ? object : Json.object());
    }

    /** The value of a keyword, missing if absent. */
    JsonNode keyword(String name) {
        return raw.path(name);
    }

    /** object, array, string, integer, number, boolean, or "" where any value may be. */
    public String type() {
        return raw.path("type").asText("");
    }

    /** What the value is where it is absent, missing if nothing. */
    public JsonNode defaultValue() {
        return raw.path("default");
    }

    /** Whether unknown members are kept. */
    public boolean preservesUnknown() {
        return raw.path("x-kubernetes-preserve-unknown-fields").asBoolean();
    }

    /** Whether the value may be an integer or a string. */
    boolean isIntOrString() {
        return raw.path("x-kubernetes-int-or-string").asBoolean();
    }

    /** Whether the value is an object with apiVersion, kind and metadata of its own. */
    boolean isEmbeddedResource() {
        return raw.path("x-kubernetes-embedded-resource").asBoolean();
    }

    boolean isNullable() {
        return raw.path("nullable").asBoolean();
    }

    /** The declared members by name. */
    public Map<String, Schema> properties() {
        return properties;
    }

    /** The schema of a member: declared, or that of additional members. */
    public Optional<Schema> member(String name) {
        var declared = properties.get(name);
        return Optional.ofNullable(declared != null ? declared : additional);
    }

    /** The schema of a list's items. */
    public Optional<Schema> items() {
        return Optional.ofNullable(items);
    }

    /** Whether members that are not declared are allowed by {@code additionalProperties}. */
    boolean allowsAdditional() {
        return additional != null || raw.path("additionalProperties").asBoolean(false);
    }

    /** map, set or atomic: how lists merge. */
    public String listType() {
        return raw.path("x-kubernetes-list-type").asText("atomic");
    }

    /** The members that identify an item of a list of type map. */
    public List<String> listMapKeys() {
        var keys = new ArrayList<String>();
        raw.path("x-kubernetes-list-map-keys").forEach(key -> keys.add(key.asText()));
        return keys;
    }

    /** Whether the object is always replaced as a whole. */
    public boolean isAtomicMap() {
        return raw.path("x-kubernetes-map-type").asText("").equals("atomic");
    }

    /** allOf, anyOf, oneOf and not, each with its branches. */
    Map<String, List<Schema>> junctors() {
        return junctors;
    }

    List<Rule> rules() {
        return rules;
    }
}
