package io.mcprollout.controller.egress;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Addresses that the administrator named, to be dialled instead of a URL's own host. Being named is the permission: the
 * rules for addresses do not apply to them.
 */
public record EntryPoints(Map<String, HostPort> byName) {
    /** None named. */
    public static final EntryPoints NONE = new EntryPoints(Map.of());

    public EntryPoints {
        byName = Map.copyOf(byName);
    }

    /** Reads {@code name → host:port}; throws {@link IllegalArgumentException} that names the entry and the fix. */
    public static EntryPoints parse(Map<String, String> configured) {
        Map<String, HostPort> parsed = new TreeMap<>();
        configured.forEach((name, text) -> parsed.put(
                name,
                HostPort.parse(text)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "entry point " + name + " must look like host:port but is " + text))));
        return new EntryPoints(parsed);
    }

    /** The address of an entry point; empty when nobody named it. */
    public Optional<HostPort> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** A host name or address, IPv6 without brackets, and a port. */
    public record HostPort(String host, int port) {
        /** Reads {@code host:port} or {@code [ipv6]:port}; empty for anything else. */
        public static Optional<HostPort> parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            if (host.startsWith("[") && host.endsWith("]")) {
                host = host.substring(1, host.length() - 1);
            } else if (host.indexOf(':') >= 0) {
                return Optional.empty();
            }
            String port = text.substring(colon + 1);
            if (host.isBlank() || !port.matches("[0-9]{1,5}")) {
                return Optional.empty();
            }
            int number = Integer.parseInt(port);
            return number < 1 || number > 65535 ? Optional.empty() : Optional.of(new HostPort(host, number));
        }
    }
}
