package io.mcprollout.controller.egress;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.Locale;
import java.util.Optional;

/** What came of a call. */
public sealed interface Answer {
    /**
     * Status line and headers.
     *
     * @param status code, 200 to 599
     * @param headers names compare without case
     */
    record Head(int status, MultiMap headers) {
        /** First value of a header. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name));
        }

        /** Media type in lower case without parameters; empty text when there is none. */
        public String mediaType() {
            String type = headers.get("content-type");
            return type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        }
    }

    /** An answer, whole or as much of it as its reader wanted; the body is empty when a reader took it piece by piece. */
    record Received(Head head, Buffer body) implements Answer {}

    /** No whole answer: why, and a short sentence that holds nothing the server said. */
    record Missing(Fault fault, String detail) implements Answer {}

    /** Why there is no answer. */
    enum Fault {
        /** The rules forbid the URL or the address. */
        FORBIDDEN,
        /** The name does not resolve. */
        UNRESOLVED,
        /** The connection was refused or there is no way to the host. */
        UNREACHABLE,
        /** The deadline passed before there was a connection. */
        CONNECT_TIMEOUT,
        /** TLS handshake or certificate. */
        TLS,
        /** The deadline passed between the first byte sent and the last one wanted. */
        DEADLINE,
        /** The connection ended in the middle, or what came was no HTTP. */
        CUT,
        /** Headers or body above the limit. */
        TOO_LARGE
    }
}
