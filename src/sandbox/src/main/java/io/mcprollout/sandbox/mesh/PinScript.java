package io.mcprollout.sandbox.mesh;

import io.vertx.core.MultiMap;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the gateway's script {@code deploy/istio/session-pin.lua} does to headers, for the gateway of this process: ids of sessions leave with the
 * version that minted them and come back as the server's own id and the header {@code x-mcp-pin}.
 */
final class PinScript {
    private static final String SESSION = "mcp-session-id";
    private static final String PIN = "x-mcp-pin";
    private static final String VARIANT = "x-mcp-variant";
    private static final String MARK = "mcpro1.";
    private static final String VERSION = "[a-z0-9][a-z0-9-]{0,62}";
    private static final Pattern TAGGED =
            Pattern.compile(Pattern.quote(MARK) + "(" + VERSION + ")~(.+)", Pattern.DOTALL);

    private PinScript() {}

    /** Changes the headers of a request, before its route is chosen. */
    static void request(MultiMap headers) {
        headers.remove(PIN);
        joined(headers, SESSION).map(TAGGED::matcher).filter(Matcher::matches).ifPresent(tagged -> {
            headers.set(SESSION, tagged.group(2));
            headers.set(PIN, tagged.group(1));
        });
    }

    /** Changes the headers of an answer, after its route has. */
    static void response(MultiMap headers) {
        joined(headers, VARIANT)
                .filter(version -> version.matches(VERSION))
                .ifPresent(version -> joined(headers, SESSION)
                        .ifPresent(session -> headers.set(SESSION, MARK + version + "~" + session)));
    }

    /* A script in Envoy sees a repeated header as one, joined by commas. */
    private static Optional<String> joined(MultiMap headers, String name) {
        return headers.contains(name) ? Optional.of(String.join(",", headers.getAll(name))) : Optional.empty();
    }
}
