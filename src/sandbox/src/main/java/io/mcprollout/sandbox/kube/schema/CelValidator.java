package io.mcprollout.sandbox.kube.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.values.NullValue;
import io.mcprollout.sandbox.kube.model.FieldError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Evaluates the CEL rules of a schema at every node that has them, and says which are broken. */
public final class CelValidator {
    private static final Set<String> RESERVED = Set.of(
            "true",
            "false",
            "null",
            "in",
            "as",
            "break",
            "const",
            "continue",
            "else",
            "for",
            "function",
            "if",
            "import",
            "let",
            "loop",
            "package",
            "namespace",
            "return",
            "var",
            "void",
            "while");

    private final List<FieldError> errors = new ArrayList<>();

    private CelValidator() {}

    /** All broken rules of the object, compared with what it was where it was there before. */
    public static List<FieldError> validate(ObjectNode object, @Nullable ObjectNode before, Schema schema) {
        var validator = new CelValidator();
        validator.check(object, before, schema, "");
        return List.copyOf(validator.errors);
    }

    private void check(JsonNode value, @Nullable JsonNode before, Schema schema, String path) {
        if (value.isNull() || value.isMissingNode()) return;
        for (var rule : schema.rules()) evaluate(rule, value, before, schema, path);
        if (value instanceof ObjectNode object) {
            for (var member : object.properties()) {
                String name = member.getKey();
                String where = child(path, name);
                schema.member(name)
                        .ifPresent(s -> check(member.getValue(), before == null ? null : before.get(name), s, where));
            }
        } else if (value instanceof ArrayNode array) {
            var items = schema.items();
            for (int i = 0; items.isPresent() && i < array.size(); i++) {
                check(array.path(i), twin(array.path(i), before, schema), items.get(), path + "[" + i + "]");
            }
        }
    }

    /** The item of the old list with the same keys; only lists of type map have such. */
    private static @Nullable JsonNode twin(JsonNode item, @Nullable JsonNode before, Schema list) {
        if (before == null || !list.listType().equals("map")) return null;
        for (var candidate : before) {
            if (list.listMapKeys().stream().allMatch(key -> candidate.path(key).equals(item.path(key))))
                return candidate;
        }
        return null;
    }

    private void evaluate(Schema.Rule rule, JsonNode value, @Nullable JsonNode before, Schema schema, String path) {
        if (rule.rule().isTransition() && before == null) return;
        String type = "\"" + schema.type() + "\"";
        try {
            var self = toCel(value, schema);
            boolean holds = (rule.rule().isTransition() && before != null)
                    ? rule.rule().holds(self, toCel(before, schema))
                    : rule.rule().holds(self);
            if (!holds) errors.add(broken(rule, self, type, path));
        } catch (IllegalStateException e) {
            errors.add(FieldError.invalid(path, type, "rule evaluation error: " + e.getMessage() + ": " + rule.text()));
        }
    }

    private static FieldError broken(Schema.Rule rule, Object self, String type, String path) {
        String message = rule.message().isEmpty() ? "failed rule: " + rule.text() : rule.message();
        if (rule.messageExpression() != null) {
            try {
                message = rule.messageExpression().text(self);
            } catch (IllegalStateException e) {
                message = message + " (message expression failed: " + e.getMessage() + ")";
            }
        }
        String relative = rule.fieldPath();
        String where = path.isEmpty() && relative.startsWith(".") ? relative.substring(1) : path + relative;
        return switch (rule.reason()) {
            case "FieldValueRequired" -> FieldError.required(where, message);
            case "FieldValueForbidden" -> FieldError.forbidden(where, message);
            case "FieldValueDuplicate" -> new FieldError(rule.reason(), where, "Duplicate value: " + type);
            default -> FieldError.invalid(where, type, message);
        };
    }

    private static Object toCel(JsonNode value, @Nullable Schema schema) {
        if (value instanceof ObjectNode object) {
            Map<String, Object> map = new HashMap<>();
            object.properties().forEach(e -> {
                var member = schema == null ? null : schema.member(e.getKey()).orElse(null);
                boolean declared = schema != null && schema.properties().containsKey(e.getKey());
                map.put(declared ? escaped(e.getKey()) : e.getKey(), toCel(e.getValue(), member));
            });
            return map;
        }
        if (value instanceof ArrayNode array) {
            var items = schema == null ? null : schema.items().orElse(null);
            var list = new ArrayList<Object>();
            array.forEach(item -> list.add(toCel(item, items)));
            return list;
        }
        if (value.isBoolean()) return value.asBoolean();
        if (value.isTextual()) return value.asText();
        if (value.isNumber()) {
            boolean real = schema != null && schema.type().equals("number");
            return value.isIntegralNumber() && !real ? (Object) value.asLong() : (Object) value.asDouble();
        }
        return NullValue.NULL_VALUE;
    }

    /** A member's name as CEL can say it: reserved words and signs are spelt out. */
    private static String escaped(String name) {
        return RESERVED.contains(name)
                ? "__" + name + "__"
                : name.replace("__", "__underscores__")
                        .replace(".", "__dot__")
                        .replace("-", "__dash__")
                        .replace("/", "__slash__");
    }

    private static String child(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    /** What the API server adds when it could not evaluate the rules for the object's other faults. */
    public static FieldError unchecked() {
        return FieldError.invalid(
                "<nil>",
                "null",
                "some validation rules were not checked because the object was invalid; correct the existing errors to"
                        + " complete validation");
    }

    /** Whether a fault keeps the rules from being evaluated. */
    public static boolean blocks(FieldError error) {
        return switch (error.reason()) {
            case "FieldValueRequired",
                    "FieldValueTypeInvalid",
                    "FieldValueNotSupported",
                    "FieldValueTooLong",
                    "FieldValueTooMany" -> true;
            default -> false;
        };
    }
}
