package io.mcprollout.sandbox.envoy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.mesh.RequestMatch;
import io.mcprollout.sandbox.mesh.StringMatch;
import java.util.Map;
import java.util.TreeMap;

/** Compiles a match block to Envoy's {@code RouteMatch}, as Istio does. */
final class EnvoyMatch {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private EnvoyMatch() {}

    static ObjectNode of(RequestMatch match) {
        ObjectNode out = JSON.objectNode();
        match.uri().ifPresentOrElse(uri -> path(out, uri), () -> out.put("prefix", "/"));
        out.put("case_sensitive", !match.ignoreUriCase());
        ArrayNode headers = JSON.arrayNode();
        new TreeMap<>(match.headers()).forEach((name, value) -> headers.add(header(name, value)));
        new TreeMap<>(match.withoutHeaders()).forEach((name, value) -> headers.add(without(name, value)));
        match.method().ifPresent(value -> headers.add(header(":method", value)));
        match.authority().ifPresent(value -> headers.add(header(":authority", value)));
        match.scheme().ifPresent(value -> headers.add(header(":scheme", value)));
        if (!headers.isEmpty()) {
            out.set("headers", headers);
        }
        if (!match.queryParams().isEmpty()) {
            out.set("query_parameters", parameters(match.queryParams()));
        }
        return out;
    }

    private static void path(ObjectNode out, StringMatch uri) {
        switch (uri) {
            case StringMatch.Exact exact -> out.put("path", exact.value());
            case StringMatch.Prefix prefix -> out.put("prefix", prefix.value());
            case StringMatch.Regex regex ->
                out.putObject("safe_regex").put("regex", regex.pattern().pattern());
            case StringMatch.Present any -> out.put("prefix", "/");
            case StringMatch.IgnoreCase other ->
                throw new IllegalStateException("case is ignored by the block: " + other);
        }
    }

    private static ObjectNode header(String name, StringMatch value) {
        return condition(JSON.objectNode().put("name", name), value);
    }

    private static ObjectNode without(String name, StringMatch value) {
        ObjectNode header = header(name, value).put("invert_match", true);
        return value instanceof StringMatch.Present ? header : header.put("treat_missing_header_as_empty", true);
    }

    private static ArrayNode parameters(Map<String, StringMatch> params) {
        ArrayNode out = JSON.arrayNode();
        new TreeMap<>(params)
                .forEach((name, value) -> out.add(condition(JSON.objectNode().put("name", name), value)));
        return out;
    }

    private static ObjectNode condition(ObjectNode out, StringMatch value) {
        switch (value) {
            case StringMatch.Exact exact -> out.putObject("string_match").put("exact", exact.value());
            case StringMatch.Prefix prefix -> out.putObject("string_match").put("prefix", prefix.value());
            case StringMatch.Regex regex ->
                out.putObject("string_match")
                        .putObject("safe_regex")
                        .put("regex", regex.pattern().pattern());
            case StringMatch.Present any -> out.put("present_match", true);
            case StringMatch.IgnoreCase other ->
                throw new IllegalStateException("only a path's case is ignored: " + other);
        }
        return out;
    }
}
