package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import io.mcprollout.sandbox.kube.model.Target;
import io.mcprollout.sandbox.kube.model.Write;
import io.mcprollout.sandbox.kube.schema.CelValidator;
import io.mcprollout.sandbox.kube.schema.Shaping;
import io.mcprollout.sandbox.kube.schema.Validator;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Brings an object into the form it is kept in, or refuses it with all that is wrong. */
final class Shapes {
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final Pattern PATH_NAME = Pattern.compile("[^/%]+");
    private static final String NAME_RULE =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start"
                    + " and end with an alphanumeric character";

    private final Registry registry;

    Shapes(Registry registry) {
        this.registry = registry;
    }

    /** Takes unknown fields away, in place; a strict write is refused if there are any. */
    void prune(Target target, ObjectNode object, Write write) {
        var schema = registry.schema(target.type(), target.version());
        if (schema.isEmpty()) return;
        var unknown = Shaping.prune(object, schema.get());
        if (write.strict() && !unknown.isEmpty()) {
            String list =
                    unknown.stream().map("unknown field \"%s\""::formatted).collect(Collectors.joining(", "));
            throw ApiException.badRequest("strict decoding error: " + list);
        }
    }

    /** Sets defaults, in place. */
    void setDefaults(Target target, ObjectNode object) {
        var schema = registry.schema(target.type(), target.version());
        if (schema.isPresent()) Shaping.setDefaults(object, schema.get());
        else BuiltInDefaults.set(target.type(), object);
    }

    /** Refuses an object that breaks its schema or rules. */
    void check(Target target, ObjectNode object, @Nullable ObjectNode before) {
        var type = target.type();
        String name = Json.meta(object, "name");
        var errors = new ArrayList<FieldError>();
        if (before == null) errors.addAll(checkName(type, name));
        errors.addAll(checkSchema(target, object, before));
        if (type.storeKey().equals("customresourcedefinitions.apiextensions.k8s.io")) {
            errors.addAll(Crds.check(object));
        }
        errors.addAll(BuiltInChecks.check(type, object, before));
        if (!errors.isEmpty()) throw ApiException.invalid(type, name, errors);
    }

    private List<FieldError> checkSchema(Target target, ObjectNode object, @Nullable ObjectNode before) {
        var schema = registry.schema(target.type(), target.version());
        if (schema.isEmpty()) return List.of();
        var errors = new ArrayList<>(Validator.validate(object, schema.get()));
        if (errors.stream().anyMatch(CelValidator::blocks)) errors.add(CelValidator.unchecked());
        else errors.addAll(CelValidator.validate(object, before, schema.get()));
        return errors;
    }

    private static List<FieldError> checkName(ResourceType type, String name) {
        boolean rbac = type.group().equals("rbac.authorization.k8s.io");
        if (name.isEmpty()) return List.of(FieldError.required("metadata.name", "name or generateName is required"));
        boolean fine =
                name.length() <= 253 && (rbac ? PATH_NAME : NAME).matcher(name).matches();
        return fine ? List.of() : List.of(FieldError.invalid("metadata.name", "\"" + name + "\"", NAME_RULE));
    }
}
