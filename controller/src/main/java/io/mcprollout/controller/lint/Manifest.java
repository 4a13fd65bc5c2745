package io.mcprollout.controller.lint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.port.Advice.Ref;
import java.util.function.ToIntFunction;

/**
 * One object of a file.
 *
 * @param file as it was named or found
 * @param json the object
 * @param lines line of a field ({@code spec.http[2].timeout}), from 1; that of its closest parent when it is not there
 */
record Manifest(String file, ObjectNode json, ToIntFunction<String> lines) {
    /** Namespace of what names none. */
    static final String DEFAULT_NAMESPACE = "default";

    String kind() {
        return json.path("kind").asText();
    }

    String group() {
        String version = json.path("apiVersion").asText();
        int slash = version.indexOf('/');
        return slash < 0 ? "" : version.substring(0, slash);
    }

    String namespace() {
        return json.at("/metadata/namespace").asText(DEFAULT_NAMESPACE);
    }

    String name() {
        return json.at("/metadata/name").asText();
    }

    Ref ref() {
        return new Ref(kind(), namespace(), name());
    }

    int line(String field) {
        return lines.applyAsInt(field);
    }
}
