package io.mcprollout.sandbox.mesh;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a route decision may look at: method, scheme, authority (host and port as the client wrote them), target (path and
 * query) and headers by lower-case name.
 */
public record Request(
        String method, String scheme, String authority, String target, Map<String, List<String>> headers) {

    public Request {
        Map<String, List<String>> lower = new TreeMap<>();
        headers.forEach((name, values) -> lower.put(name.toLowerCase(Locale.ROOT), List.copyOf(values)));
        headers = Map.copyOf(lower);
    }

    /** A request over plain HTTP with one value per header. */
    public static Request of(String method, String authority, String target, Map<String, String> headers) {
        Map<String, List<String>> lists = new TreeMap<>();
        headers.forEach((name, value) -> lists.put(name, List.of(value)));
        return new Request(method, "http", authority, target, lists);
    }

    /** The target up to the query. */
    public String path() {
        int end = target.indexOf('?');
        return end < 0 ? target : target.substring(0, end);
    }

    /** The header's values joined by commas, as Envoy sees a repeated header. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).map(values -> String.join(",", values));
    }

    /** The first value of the query parameter, not decoded; a parameter without a value has the empty one. */
    public Optional<String> query(String name) {
        int start = target.indexOf('?');
        if (start < 0) {
            return Optional.empty();
        }
        for (String pair : target.substring(start + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            if ((equals < 0 ? pair : pair.substring(0, equals)).equals(name)) {
                return Optional.of(equals < 0 ? "" : pair.substring(equals + 1));
            }
        }
        return Optional.empty();
    }
}
