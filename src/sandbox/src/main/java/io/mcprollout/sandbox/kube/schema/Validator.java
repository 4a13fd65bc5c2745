package io.mcprollout.sandbox.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.re2j.Pattern;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Checks a value against a schema's types and bounds and says all that is wrong, in the API server's words. */
public final class Validator {
    private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();
    private static final Set<String> OBJECT_META = Set.of("apiVersion", "kind", "metadata");

    private final List<FieldError> errors = new ArrayList<>();

    private Validator() {}

    /** All faults of the object, none of them from CEL rules. */
    public static List<FieldError> validate(ObjectNode object, Schema schema) {
        var validator = new Validator();
        validator.check(object, schema, "", true);
        return List.copyOf(validator.errors);
    }

    private static boolean matches(JsonNode value, Schema schema) {
        var validator = new Validator();
        validator.check(value, schema, "", false);
        return validator.errors.isEmpty();
    }

    private void check(JsonNode value, Schema schema, String path, boolean resource) {
        if (value.isNull() && schema.isNullable()) return;
        if (!hasType(value, schema)) {
            String type = schema.isIntOrString() ? "integer,string" : schema.type();
            errors.add(new FieldError(
                    "FieldValueTypeInvalid",
                    path,
                    "Invalid value: %s: %s in body must be of type %s: %s"
                            .formatted(quotedType(value), path, type, quotedType(value))));
            return;
        }
        checkEnum(value, schema, path);
        checkJunctors(value, schema, path);
        if (value instanceof ObjectNode object) checkObject(object, schema, path, resource);
        else if (value instanceof ArrayNode array) checkArray(array, schema, path);
        else if (value.isTextual()) checkText(value.asText(), schema, path);
        else if (value.isNumber()) checkNumber(value, schema, path);
    }

    private static boolean hasType(JsonNode value, Schema schema) {
        if (schema.isIntOrString()) return value.isIntegralNumber() || value.isTextual();
        return switch (schema.type()) {
            case "object" -> value.isObject();
            case "array" -> value.isArray();
            case "string" -> value.isTextual();
            case "boolean" -> value.isBoolean();
            case "number" -> value.isNumber();
            case "integer" ->
                value.isIntegralNumber() || (value.isNumber() && value.asDouble() == Math.rint(value.asDouble()));
            default -> true;
        };
    }

    private void checkEnum(JsonNode value, Schema schema, String path) {
        var allowed = schema.keyword("enum");
        if (!allowed.isArray()) return;
        var names = new ArrayList<String>();
        for (var one : allowed) {
            if (Json.same(one, value)) return;
            names.add(one.toString());
        }
        errors.add(FieldError.unsupported(path, value.toString(), String.join(", ", names)));
    }

    private void checkJunctors(JsonNode value, Schema schema, String path) {
        schema.junctors().forEach((junctor, branches) -> {
            long matching =
                    branches.stream().filter(branch -> matches(value, branch)).count();
            String broken = switch (junctor) {
                case "allOf" -> matching == branches.size() ? "" : "must validate all the schemas (allOf)";
                case "anyOf" -> matching > 0 ? "" : "must validate at least one schema (anyOf)";
                case "oneOf" -> matching == 1 ? "" : "must validate one and only one schema (oneOf)";
                default -> matching == 0 ? "" : "must not validate the schema (not)";
            };
            if (!broken.isEmpty()) invalid(path, "\"\"", "\"" + path + "\" " + broken);
        });
    }

    private void checkObject(ObjectNode object, Schema schema, String path, boolean resource) {
        for (var name : schema.keyword("required")) {
            if (!object.has(name.asText())) errors.add(FieldError.required(child(path, name.asText()), ""));
        }
        bound(schema, "minProperties", object.size(), path, "should have at least %s properties", -1);
        bound(schema, "maxProperties", object.size(), path, "must have at most %s items", 1);
        for (var member : object.properties()) {
            if (resource && OBJECT_META.contains(member.getKey())) continue;
            String where = child(path, member.getKey());
            schema.member(member.getKey()).ifPresent(s -> check(member.getValue(), s, where, s.isEmbeddedResource()));
        }
    }

    private void checkArray(ArrayNode array, Schema schema, String path) {
        bound(schema, "minItems", array.size(), path, "should have at least %s items", -1);
        bound(schema, "maxItems", array.size(), path, "must have at most %s items", 1);
        var seen = new HashSet<JsonNode>();
        var keys = schema.listMapKeys();
        for (int i = 0; i < array.size(); i++) {
            String where = path + "[" + i + "]";
            var item = array.path(i);
            schema.items().ifPresent(items -> check(item, items, where, items.isEmbeddedResource()));
            if (schema.listType().equals("set") && !seen.add(item)) duplicate(where, item);
            if (schema.listType().equals("map")) {
                var key = Json.object();
                keys.forEach(name -> Json.put(key, name, item.path(name)));
                if (!seen.add(key)) duplicate(where, key);
            }
        }
    }

    private void duplicate(String path, JsonNode value) {
        errors.add(new FieldError("FieldValueDuplicate", path, "Duplicate value: " + value));
    }

    private void checkText(String text, Schema schema, String path) {
        int length = text.codePointCount(0, text.length());
        bound(schema, "minLength", length, path, "should be at least %s chars long", -1);
        var max = schema.keyword("maxLength");
        if (max.isNumber() && length > max.asInt()) {
            errors.add(new FieldError(
                    "FieldValueTooLong", path, "Too long: may not be more than %s bytes".formatted(max.asInt())));
        }
        String format = schema.keyword("format").asText("");
        if (format.equals("date-time") && !isDateTime(text)) {
            String quoted = Json.strings(List.of(text)).path(0).toString();
            invalid(path, quoted, path + " in body must be of type date-time: " + quoted);
        }
        String pattern = schema.keyword("pattern").asText("");
        if (!pattern.isEmpty()
                && !PATTERNS.computeIfAbsent(pattern, Pattern::compile)
                        .matcher(text)
                        .find()) {
            invalid(
                    path,
                    Json.strings(List.of(text)).path(0).toString(),
                    path + " in body should match '" + pattern + "'");
        }
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private void checkNumber(JsonNode value, Schema schema, String path) {
        var number = value.decimalValue();
        var min = schema.keyword("minimum");
        var max = schema.keyword("maximum");
        if (min.isNumber()) {
            boolean exclusive = schema.keyword("exclusiveMinimum").asBoolean();
            int order = number.compareTo(min.decimalValue());
            if (order < 0 || (exclusive && order == 0)) {
                String relation = exclusive ? "greater than " : "greater than or equal to ";
                invalid(path, value.toString(), path + " in body should be " + relation + plain(min));
            }
        }
        if (max.isNumber()) {
            boolean exclusive = schema.keyword("exclusiveMaximum").asBoolean();
            int order = number.compareTo(max.decimalValue());
            if (order > 0 || (exclusive && order == 0)) {
                String relation = exclusive ? "less than " : "less than or equal to ";
                invalid(path, value.toString(), path + " in body should be " + relation + plain(max));
            }
        }
    }

    private void bound(Schema schema, String keyword, int actual, String path, String message, int side) {
        var limit = schema.keyword(keyword);
        if (!limit.isNumber() || (side < 0 ? actual >= limit.asInt() : actual <= limit.asInt())) return;
        String detail = message.formatted(limit.asInt());
        if (side > 0) {
            errors.add(new FieldError("FieldValueTooMany", path, "Too many: %d: %s".formatted(actual, detail)));
        } else {
            invalid(path, Integer.toString(actual), path + " in body " + detail);
        }
    }

    private void invalid(String path, String value, String detail) {
        errors.add(FieldError.invalid(path, value, detail));
    }

    private static String plain(JsonNode number) {
        return number.decimalValue().stripTrailingZeros().toPlainString();
    }

    private static String quotedType(JsonNode value) {
        String type = value.isIntegralNumber()
                ? "integer"
                : value.getNodeType().name().toLowerCase(Locale.ROOT);
        return "\"" + type + "\"";
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }
}
