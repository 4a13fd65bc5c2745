package io.mcprollout.sandbox.mesh;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;

/** A place in an object of the Kubernetes API, present or not, that knows its path for messages. */
record Field(String object, String path, JsonNode node) {
    private static final java.util.regex.Pattern DURATION_PART =
            java.util.regex.Pattern.compile("(\\d+(?:\\.\\d+)?)(ms|us|ns|h|m|s)");

    /** The root of an object. */
    static Field root(JsonNode node) {
        JsonNode meta = node.path("metadata");
        String name = meta.path("namespace").asText("default") + "/"
                + meta.path("name").asText("?");
        return new Field(node.path("kind").asText("object") + " " + name, "", node);
    }

    Field at(String name) {
        return new Field(object, path.isEmpty() ? name : path + "." + name, node.path(name));
    }

    boolean present() {
        return !node.isMissingNode() && !node.isNull();
    }

    /** The error of this place: what is wrong, and what to do. */
    InvalidRouteException wrong(String problem) {
        return new InvalidRouteException(object + ": " + path + ": " + problem);
    }

    void refuse(String... names) {
        for (String name : names) {
            if (at(name).present()) {
                throw at(name).wrong("is not supported by the sandbox's mesh; leave it out here");
            }
        }
    }

    String text() {
        return optionalText().orElseThrow(() -> wrong("is missing; give it a text"));
    }

    Optional<String> optionalText() {
        if (!present()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            throw wrong("must be a text, not " + node);
        }
        return Optional.of(node.textValue());
    }

    OptionalInt optionalInt() {
        if (!present()) {
            return OptionalInt.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            throw wrong("must be a whole number, not " + node);
        }
        return OptionalInt.of(node.intValue());
    }

    boolean flag() {
        if (present() && !node.isBoolean()) {
            throw wrong("must be true or false, not " + node);
        }
        return node.asBoolean(false);
    }

    /** A duration such as {@code 1.5s} or {@code 1m30s}; zero counts as none. */
    Optional<Duration> duration() {
        Optional<String> text = optionalText();
        if (text.isEmpty() || text.get().equals("0")) {
            return Optional.empty();
        }
        Matcher part = DURATION_PART.matcher(text.get());
        double nanos = 0;
        int end = 0;
        while (part.find() && part.start() == end) {
            nanos += Double.parseDouble(part.group(1)) * nanosOf(part.group(2));
            end = part.end();
        }
        if (end == 0 || end != text.get().length()) {
            throw wrong("'" + text.get() + "' is no duration; write it as 30s, 500ms or 1m30s");
        }
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(Math.round(nanos)));
    }

    private static double nanosOf(String unit) {
        return switch (unit) {
            case "h" -> 3.6e12;
            case "m" -> 6e10;
            case "s" -> 1e9;
            case "ms" -> 1e6;
            case "us" -> 1e3;
            default -> 1;
        };
    }

    Pattern expression() {
        try {
            return Pattern.compile(text());
        } catch (PatternSyntaxException e) {
            throw wrong("'" + text() + "' is no RE2 expression: " + e.getMessage());
        }
    }

    List<Field> items() {
        if (present() && !node.isArray()) {
            throw wrong("must be a list");
        }
        List<Field> items = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            items.add(new Field(object, path + "[" + i + "]", node.path(i)));
        }
        return items;
    }

    List<String> texts() {
        return items().stream().map(Field::text).toList();
    }

    Map<String, Field> members() {
        if (present() && !node.isObject()) {
            throw wrong("must be a mapping");
        }
        Map<String, Field> members = new LinkedHashMap<>();
        node.fieldNames().forEachRemaining(name -> members.put(name, at(name)));
        return members;
    }
}
