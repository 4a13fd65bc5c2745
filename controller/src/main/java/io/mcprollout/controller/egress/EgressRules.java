package io.mcprollout.controller.egress;

import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where the controller may connect to on behalf of a resource. A URL is judged when it is configured, and every address
 * that its host resolves to is judged again before each connection.
 *
 * @param metadata whether link-local addresses and the clouds' metadata services are allowed
 * @param loopback whether this machine is allowed
 * @param privateNetworks whether private addresses are allowed, which services in a cluster have
 */
public record EgressRules(boolean metadata, boolean loopback, boolean privateNetworks) {
    /** What holds unless the administrator says otherwise: everything but link-local and metadata addresses. */
    public static final EgressRules DEFAULT = new EgressRules(false, true, true);

    private static final Set<String> METADATA_NAMES = Set.of(
            "metadata",
            "metadata.google.internal",
            "metadata.goog",
            "metadata.azure.com",
            "metadata.azure.internal",
            "metadata.tencentyun.com",
            "metadata.packet.net",
            "metadata.platformequinix.com",
            "instance-data",
            "instance-data.ec2.internal",
            "rancher-metadata");

    /** What is wrong with a URL and how to mend it; empty when it may be used. Asks no name server. */
    public Optional<String> refuses(URI url) {
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return Optional.of("must start with http:// or https://");
        }
        if (url.getHost() == null) {
            return Optional.of("has no valid host; write it like https://mcp.example.com/mcp");
        }
        if (url.getRawUserInfo() != null) {
            return Optional.of("must not carry a user name or password; put the credential into a Secret");
        }
        if (url.getPort() == 0 || url.getPort() > 65535) {
            return Optional.of("has port " + url.getPort() + "; a port is between 1 and 65535");
        }
        return refusesHost(url.getHost());
    }

    private Optional<String> refusesHost(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        if (HostLiteral.looksLikeAddress(name)) {
            Optional<InetAddress> address = HostLiteral.parse(name);
            return address.isEmpty()
                    ? Optional.of("has host " + host + ", which is no valid IP address")
                    : refuses(address.get());
        }
        return !metadata && METADATA_NAMES.contains(name.toLowerCase(Locale.ROOT))
                ? Optional.of(forbidden("the metadata service " + name, "metadata"))
                : Optional.empty();
    }

    /** Why no connection may be made to an address; empty when it may. */
    public Optional<String> refuses(InetAddress address) {
        String text = address.getHostAddress();
        return switch (AddressKind.of(address)) {
            case PUBLIC -> Optional.empty();
            case METADATA ->
                metadata
                        ? Optional.empty()
                        : Optional.of(forbidden("the link-local or metadata address " + text, "metadata"));
            case LOOPBACK ->
                loopback ? Optional.empty() : Optional.of(forbidden("the loopback address " + text, "loopback"));
            case PRIVATE ->
                privateNetworks
                        ? Optional.empty()
                        : Optional.of(forbidden("the private address " + text, "privateNetworks"));
            case UNUSABLE ->
                Optional.of("leads to " + text + ", a multicast or reserved address; use the server's own");
        };
    }

    private static String forbidden(String target, String rule) {
        return "leads to " + target + ", which is not allowed here; use the server's public address, or let the"
                + " administrator allow it (egress rule " + rule + ")";
    }
}
