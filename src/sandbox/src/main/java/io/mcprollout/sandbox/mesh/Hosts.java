package io.mcprollout.sandbox.mesh;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Names of hosts as Istio and Envoy treat them. */
final class Hosts {
    private Hosts() {}

    /** The full name of a service: a name without a dot is one of the namespace's own services. */
    static String full(String host, String namespace) {
        return host.contains(".") || host.equals("*") ? host : host + "." + namespace + ".svc.cluster.local";
    }

    /** The host of an authority. */
    static String withoutPort(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon >= 0 && authority.indexOf(']', colon) < 0;
        return port ? authority.substring(0, colon) : authority;
    }

    /** The domain that Envoy takes for a host: the equal one, else the longest {@code *suffix}, else {@code *}. */
    static Optional<String> domain(Collection<String> domains, String host) {
        String low = host.toLowerCase(Locale.ROOT);
        return domains.stream()
                .filter(domain -> covers(domain.toLowerCase(Locale.ROOT), low))
                .max(Comparator.comparing((String domain) -> !domain.startsWith("*"))
                        .thenComparingInt(String::length));
    }

    private static boolean covers(String domain, String host) {
        return domain.startsWith("*")
                ? domain.equals("*") || (host.endsWith(domain.substring(1)) && host.length() >= domain.length())
                : domain.equals(host);
    }
}
