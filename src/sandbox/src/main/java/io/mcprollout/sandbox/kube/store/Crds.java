package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.mcprollout.sandbox.kube.model.Column;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import io.mcprollout.sandbox.kube.model.Served;
import io.mcprollout.sandbox.kube.schema.Schema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** From CustomResourceDefinitions to resource types. */
final class Crds {
    private static final Column AGE = Column.of("Age", "date", ".metadata.creationTimestamp");

    private Crds() {}

    /** The type that the definition describes. */
    static ResourceType type(ObjectNode crd) {
        var spec = crd.path("spec");
        var names = spec.path("names");
        String group = spec.path("group").asText();
        String plural = names.path("plural").asText();
        String kind = names.path("kind").asText();
        var served = new ArrayList<Served>();
        var fields = new TreeSet<String>();
        String storage = "";
        boolean status = false;
        for (var version : spec.path("versions")) {
            if (version.path("storage").asBoolean())
                storage = version.path("name").asText();
            if (!version.path("served").asBoolean()) continue;
            served.add(served(version));
            status |= version.path("subresources").has("status");
            version.path("selectableFields")
                    .forEach(f -> fields.add(f.path("jsonPath").asText().substring(1)));
        }
        served.sort(Comparator.comparing(Served::version, Crds::byStability));
        return new ResourceType(
                group,
                plural,
                names.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
                kind,
                texts(names.path("shortNames")),
                texts(names.path("categories")),
                spec.path("scope").asText().equals("Namespaced"),
                plural + "." + group,
                status,
                true,
                true,
                served,
                storage,
                Set.copyOf(fields));
    }

    /** v1 before v1beta1 before v1alpha3; higher numbers first. */
    private static int byStability(String a, String b) {
        return Integer.compare(rank(b), rank(a));
    }

    private static int rank(String version) {
        var match = Pattern.compile("v(\\d+)(?:(alpha|beta)(\\d+))?").matcher(version);
        if (!match.matches()) return -1;
        int stability = match.group(2) == null ? 2 : match.group(2).equals("beta") ? 1 : 0;
        int minor = match.group(3) == null ? 0 : Integer.parseInt(match.group(3));
        return stability * 1_000_000 + Integer.parseInt(match.group(1)) * 1_000 + minor;
    }

    private static Served served(JsonNode version) {
        var columns = new ArrayList<Column>();
        for (var c : version.path("additionalPrinterColumns")) {
            columns.add(new Column(
                    c.path("name").asText(),
                    c.path("type").asText(),
                    c.path("format").asText(""),
                    c.path("description").asText(""),
                    c.path("jsonPath").asText(),
                    c.path("priority").asInt(0)));
        }
        if (columns.isEmpty()) columns.add(AGE);
        var schema = version.path("schema").get("openAPIV3Schema") instanceof ObjectNode s ? s : Json.object();
        var scale = version.path("subresources").get("scale") instanceof ObjectNode s ? s : Json.object();
        return new Served(
                version.path("name").asText(),
                schema,
                columns,
                scale,
                version.path("deprecated").asBoolean());
    }

    private static List<String> texts(JsonNode array) {
        var texts = new ArrayList<String>();
        array.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    /** The status of a definition whose type is served. */
    static void establish(ObjectNode crd, String now) {
        var status = Json.child(crd, "status");
        status.set("acceptedNames", crd.path("spec").path("names").deepCopy());
        var stored = status.putArray("storedVersions");
        for (var version : crd.path("spec").path("versions")) {
            if (version.path("storage").asBoolean())
                stored.add(version.path("name").asText());
        }
        if (status.has("conditions")) return;
        var conditions = status.putArray("conditions");
        for (String type : List.of("NamesAccepted", "Established")) {
            conditions
                    .addObject()
                    .put("type", type)
                    .put("status", "True")
                    .put("lastTransitionTime", now)
                    .put("reason", type.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
                    .put(
                            "message",
                            type.equals("Established") ? "the initial names have been accepted" : "no conflicts found");
        }
    }

    /** What is wrong with a definition: its names, its versions, its schema's structure, its CEL rules. */
    static List<FieldError> check(ObjectNode crd) {
        var errors = new ArrayList<FieldError>();
        var spec = crd.path("spec");
        String expected = spec.path("names").path("plural").asText() + "."
                + spec.path("group").asText();
        String name = Json.meta(crd, "name");
        if (!name.equals(expected)) {
            errors.add(FieldError.invalid(
                    "metadata.name", "\"" + name + "\"", "must be spec.names.plural+\".\"+spec.group"));
        }
        int stored = 0;
        for (int i = 0; i < spec.path("versions").size(); i++) {
            var version = spec.path("versions").path(i);
            if (version.path("storage").asBoolean()) stored++;
            String path = "spec.versions[" + i + "].schema.openAPIV3Schema";
            var schema = version.path("schema").path("openAPIV3Schema");
            if (!schema.isObject()) errors.add(FieldError.required(path, "schemas are required"));
            else checkStructure(schema, path, errors);
        }
        if (stored != 1) {
            errors.add(FieldError.invalid(
                    "spec.versions", "\"\"", "must have exactly one version marked as storage version"));
        }
        return errors;
    }

    private static void checkStructure(JsonNode schema, String path, List<FieldError> errors) {
        boolean free = schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()
                || schema.path("x-kubernetes-int-or-string").asBoolean();
        if (!free && !schema.has("type")) {
            errors.add(FieldError.required(path + ".type", "must not be empty for specified object fields"));
        }
        if (schema.has("properties") && schema.has("additionalProperties")) {
            errors.add(FieldError.forbidden(
                    path + ".additionalProperties", "additionalProperties and properties are mutual exclusive"));
        }
        try {
            Pattern.compile(schema.path("pattern").asText(""));
        } catch (PatternSyntaxException e) {
            String pattern = schema.path("pattern").toString();
            errors.add(FieldError.invalid(
                    path + ".pattern", pattern, "must be a valid regular expression, but isn't: " + e.getMessage()));
        }
        int i = 0;
        for (var rule : schema.path("x-kubernetes-validations")) {
            String where = path + ".x-kubernetes-validations[" + i++ + "].rule";
            try {
                var only = Json.object();
                only.putArray("x-kubernetes-validations").add(rule);
                Schema.of(only);
            } catch (IllegalArgumentException e) {
                errors.add(FieldError.invalid(where, "\"\"", "compilation failed: " + e.getMessage()));
            }
        }
        schema.path("properties")
                .properties()
                .forEach(e -> checkStructure(e.getValue(), path + ".properties[" + e.getKey() + "]", errors));
        if (schema.path("items").isObject()) checkStructure(schema.path("items"), path + ".items", errors);
        if (schema.path("additionalProperties").isObject()) {
            checkStructure(schema.path("additionalProperties"), path + ".additionalProperties", errors);
        }
    }
}
