package io.mcprollout.controller.egress;

import io.mcprollout.controller.egress.Answer.Fault;
import io.mcprollout.controller.egress.Answer.Missing;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What exceptions of the network mean. */
final class Faults {
    private Faults() {}

    /** Meaning of an exception before there was a connection. */
    static Missing connecting(Throwable failure, boolean isTls) {
        for (Throwable cause : chain(failure)) {
            if (cause instanceof SSLException || cause instanceof GeneralSecurityException) {
                return new Missing(Fault.TLS, "TLS failed: " + innermost(failure));
            }
            if (cause instanceof UnknownHostException) {
                return new Missing(Fault.UNRESOLVED, "the name does not resolve");
            }
            if (cause instanceof SocketException) {
                String message = String.valueOf(cause.getMessage());
                return message.contains("timed out")
                        ? new Missing(Fault.CONNECT_TIMEOUT, "no connection was made in time")
                        : new Missing(
                                Fault.UNREACHABLE,
                                message.contains("refused") ? "connection refused" : "no way to the host");
            }
        }
        return isTls
                ? new Missing(Fault.TLS, "TLS failed: " + innermost(failure))
                : new Missing(Fault.UNREACHABLE, "the connection failed");
    }

    /** Meaning of an exception once the request was being written. */
    static Missing talking(Throwable failure) {
        for (Throwable cause : chain(failure)) {
            if (cause.getClass().getSimpleName().startsWith("TooLong")) {
                return new Missing(Fault.TOO_LARGE, "the answer's headers are larger than the limit");
            }
            if (cause instanceof IllegalArgumentException) {
                return new Missing(Fault.CUT, "the answer is not HTTP");
            }
        }
        return new Missing(Fault.CUT, "the connection was closed before the answer was complete");
    }

    private static String innermost(Throwable failure) {
        Throwable last = failure;
        for (Throwable cause : chain(failure)) {
            last = cause;
        }
        return String.valueOf(last.getMessage());
    }

    private static Iterable<Throwable> chain(Throwable failure) {
        List<Throwable> chain = new ArrayList<>();
        for (@Nullable Throwable cause = failure; cause != null && chain.size() < 16; cause = cause.getCause()) {
            chain.add(cause);
        }
        return chain;
    }
}
