package io.mcprollout.sandbox.mesh;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What a rule does with a request. */
public sealed interface Action {
    /**
     * Sends it to one of the destinations. {@code weighted} is false where the rule names a single destination, which then
     * gets everything whatever its weight; a weighted rule keeps only destinations with a share. No timeout means none.
     */
    record Forward(
            List<Destination> destinations,
            boolean weighted,
            Optional<Duration> timeout,
            RetryPolicy retries,
            Optional<Rewrite> rewrite)
            implements Action {
        public Forward {
            destinations = List.copyOf(destinations);
        }

        /** The destination of a draw {@code 0 <= u < 1}: shares are weights over their sum. */
        Destination choose(double u) {
            if (!(u >= 0 && u < 1)) {
                throw new IllegalArgumentException("a draw is in [0, 1), not " + u);
            }
            if (!weighted) {
                return destinations.getFirst();
            }
            long total = destinations.stream().mapToLong(Destination::weight).sum();
            long left = (long) (u * total);
            for (Destination destination : destinations) {
                left -= destination.weight();
                if (left < 0) {
                    return destination;
                }
            }
            return destinations.getLast();
        }
    }

    /** Answers it here with this status and body. */
    record DirectResponse(int status, String body) implements Action {}

    /** Sends the client elsewhere; parts left out stay as the client wrote them. */
    record Redirect(
            int status, Optional<String> uri, Optional<String> authority, Optional<String> scheme, OptionalInt port)
            implements Action {

        /** The {@code location} for this request. */
        public String location(Request request) {
            String to = scheme.orElse(request.scheme());
            String path = uri.map(u -> withQuery(u, request)).orElse(request.target());
            return to + "://" + host(request, to) + path;
        }

        private static String withQuery(String uri, Request request) {
            int query = request.target().indexOf('?');
            return uri.contains("?") || query < 0 ? uri : uri + request.target().substring(query);
        }

        private String host(Request request, String to) {
            int usual = to.equals("https") ? 443 : 80;
            if (port.isPresent() && port.getAsInt() != usual) {
                return authority.orElse(Hosts.withoutPort(request.authority())) + ":" + port.getAsInt();
            }
            return authority.orElseGet(() -> schemeChanged(request) ? stripDefault(request) : request.authority());
        }

        private boolean schemeChanged(Request request) {
            return scheme.isPresent() && !scheme.get().equals(request.scheme());
        }

        private static String stripDefault(Request request) {
            String usual = request.scheme().equals("http") ? ":80" : ":443";
            String host = request.authority();
            return host.endsWith(usual) ? host.substring(0, host.length() - usual.length()) : host;
        }
    }
}
