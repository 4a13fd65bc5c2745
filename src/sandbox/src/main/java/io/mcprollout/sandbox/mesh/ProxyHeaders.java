package io.mcprollout.sandbox.mesh;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/** What a proxy itself does to headers: those of one connection are not passed on, and it adds its own. */
final class ProxyHeaders {
    private static final List<String> OF_ONE_CONNECTION =
            List.of("connection", "keep-alive", "proxy-connection", "te", "upgrade", "transfer-encoding", "expect");

    private ProxyHeaders() {}

    /** The request as the routes see it. */
    static Request request(HttpServerRequest in) {
        Map<String, List<String>> headers = new HashMap<>();
        in.headers()
                .forEach((name, value) -> headers.computeIfAbsent(name.toLowerCase(Locale.ROOT), n -> new ArrayList<>())
                        .add(value));
        String host = in.headers().get("host");
        return new Request(in.method().name(), "http", host == null ? "" : host, in.uri(), headers);
    }

    /** The headers to send on. */
    static MultiMap upstream(HttpServerRequest in) {
        MultiMap headers = passedOn(in.headers());
        if (!headers.contains("x-request-id")) {
            headers.set("x-request-id", UUID.randomUUID().toString());
        }
        headers.set("x-forwarded-proto", "http");
        headers.add("x-forwarded-for", in.remoteAddress().hostAddress());
        return headers;
    }

    /** The headers to answer with. */
    static MultiMap downstream(MultiMap from) {
        MultiMap headers = passedOn(from);
        headers.set("server", "envoy");
        return headers;
    }

    private static MultiMap passedOn(MultiMap from) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(from);
        OF_ONE_CONNECTION.forEach(headers::remove);
        return headers;
    }
}
