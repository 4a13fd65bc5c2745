package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.FieldError;
import io.mcprollout.sandbox.kube.model.Json;
import io.mcprollout.sandbox.kube.model.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Rules that the API server has without a schema: labels and annotations of all objects, Deployments, Events. */
final class BuiltInChecks {
    private static final Pattern LABEL_VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");
    private static final Pattern LABEL_KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
    private static final int LONGEST_LABEL = 63;
    private static final int ALL_ANNOTATIONS = 256 * 1024;
    private static final int LONGEST_NOTE = 1024;

    private BuiltInChecks() {}

    static List<FieldError> check(ResourceType type, ObjectNode object, @Nullable ObjectNode before) {
        var errors = new ArrayList<FieldError>();
        labels(object.path("metadata").path("labels"), "metadata.labels", errors);
        annotations(object.path("metadata").path("annotations"), errors);
        if (type.groupResource().equals("deployments.apps")) deployment(object, before, errors);
        if (type.storeKey().equals("events")) event(type, object, errors);
        return errors;
    }

    private static void labels(JsonNode labels, String path, List<FieldError> errors) {
        for (var label : labels.properties()) {
            key(label.getKey(), path, errors);
            String value = label.getValue().asText();
            if (!label.getValue().isTextual()
                    || value.length() > LONGEST_LABEL
                    || !LABEL_VALUE.matcher(value).matches()) {
                errors.add(FieldError.invalid(
                        path,
                        label.getValue().toString(),
                        "a valid label must be an empty string or consist of at most 63 alphanumeric characters, '-', '_' or"
                                + " '.', and must start and end with an alphanumeric character"));
            }
        }
    }

    private static void key(String key, String path, List<FieldError> errors) {
        int slash = key.indexOf('/');
        if (key.length() - slash - 1 <= LONGEST_LABEL && LABEL_KEY.matcher(key).matches()) return;
        errors.add(FieldError.invalid(
                path,
                "\"" + key + "\"",
                "name part must consist of at most 63 alphanumeric characters, '-', '_' or '.', and must start and end with an"
                        + " alphanumeric character, with an optional DNS subdomain prefix and '/'"));
    }

    private static void annotations(JsonNode annotations, List<FieldError> errors) {
        long size = 0;
        for (var annotation : annotations.properties()) {
            key(annotation.getKey(), "metadata.annotations", errors);
            if (!annotation.getValue().isTextual()) {
                errors.add(FieldError.invalid(
                        "metadata.annotations", annotation.getValue().toString(), "must be a string"));
            }
            size += annotation.getKey().length()
                    + annotation.getValue().asText().length();
        }
        if (size > ALL_ANNOTATIONS) {
            errors.add(new FieldError(
                    "FieldValueTooLong",
                    "metadata.annotations",
                    "Too long: may not be more than %d bytes".formatted(ALL_ANNOTATIONS)));
        }
    }

    private static void deployment(ObjectNode object, @Nullable ObjectNode before, List<FieldError> errors) {
        var selector = Json.at(object, "spec.selector");
        var labels = Json.at(object, "spec.template.metadata.labels");
        if (before != null && !selector.equals(Json.at(before, "spec.selector"))) {
            errors.add(FieldError.invalid("spec.selector", selector.toString(), "field is immutable"));
        }
        if (selector.isMissingNode()) errors.add(FieldError.required("spec.selector", ""));
        for (var wanted : selector.path("matchLabels").properties()) {
            if (labels.path(wanted.getKey()).equals(wanted.getValue())) continue;
            errors.add(FieldError.invalid(
                    "spec.template.metadata.labels", labels.toString(), "`selector` does not match template `labels`"));
            return;
        }
    }

    private static void event(ResourceType type, ObjectNode event, List<FieldError> errors) {
        boolean core = type.group().isEmpty();
        String about = Json.at(event, (core ? "involvedObject" : "regarding") + ".namespace")
                .asText("");
        String namespace = Json.meta(event, "namespace");
        if (!about.isEmpty() && !about.equals(namespace)) {
            errors.add(FieldError.invalid(
                    "involvedObject.namespace", "\"" + about + "\"", "does not match event.namespace"));
        }
        if (core && !event.hasNonNull("eventTime")) return;
        for (String name : List.of(
                "eventTime",
                core ? "reportingComponent" : "reportingController",
                "reportingInstance",
                "action",
                "reason")) {
            if (event.path(name).asText("").isEmpty()) errors.add(FieldError.required(name, ""));
        }
        if (event.path(core ? "message" : "note").asText("").length() > LONGEST_NOTE) {
            errors.add(FieldError.invalid("message", "\"\"", "can have at most 1024 characters"));
        }
        if (!List.of("Normal", "Warning").contains(event.path("type").asText())) {
            errors.add(FieldError.invalid("type", event.path("type").toString(), "has invalid value"));
        }
    }
}
