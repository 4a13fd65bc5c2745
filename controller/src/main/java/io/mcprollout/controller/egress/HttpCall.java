package io.mcprollout.controller.egress;

import io.mcprollout.controller.egress.EntryPoints.HostPort;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.util.Optional;

/**
 * One HTTP/1.1 request. It gets a connection of its own and follows no redirect.
 *
 * @param method verb
 * @param url gives Host, SNI, path and query
 * @param dial where to connect to instead of the URL's host; exempt from the rules for addresses
 * @param ca PEM bundle that the server's certificate must chain to; empty: the system's
 * @param headers sent as they are
 * @param body empty for none
 */
public record HttpCall(
        HttpMethod method, URI url, Optional<HostPort> dial, Optional<String> ca, MultiMap headers, Buffer body) {
    /** A GET of a URL without more. */
    public static HttpCall get(URI url) {
        return new HttpCall(
                HttpMethod.GET,
                url,
                Optional.empty(),
                Optional.empty(),
                MultiMap.caseInsensitiveMultiMap(),
                Buffer.buffer());
    }

    boolean isTls() {
        return "https".equalsIgnoreCase(url.getScheme());
    }

    int port() {
        return url.getPort() > 0 ? url.getPort() : isTls() ? 443 : 80;
    }

    /** Host without the brackets of an IPv6 literal. */
    String host() {
        String host = url.getHost();
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    String target() {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }
}
