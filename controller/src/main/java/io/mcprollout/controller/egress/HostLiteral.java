package io.mcprollout.controller.egress;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/** Host of a URL that is an IP address in any of the forms that resolvers accept; never asks a name server. */
final class HostLiteral {
    private HostLiteral() {}

    /**
     * Whether a host must be read as an IPv4 address: its last label is a number, decimal, octal or hexadecimal
     * (the rule of the WHATWG URL standard), or as an IPv6 address: it stands in brackets.
     */
    static boolean looksLikeAddress(String host) {
        String last = host.substring(host.lastIndexOf('.') + 1);
        return host.startsWith("[") || last.matches("[0-9]+|0[xX][0-9a-fA-F]*");
    }

    /** The address; empty when the host looks like one and is none. */
    static Optional<InetAddress> parse(String host) {
        try {
            if (host.startsWith("[")) {
                int zone = host.indexOf('%');
                return Optional.of(InetAddress.getByName(zone < 0 ? host : host.substring(0, zone) + "]"));
            }
            return parseFour(host);
        } catch (UnknownHostException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /* inet_aton: one to four numbers, each but the last one byte, the last fills the rest. */
    private static Optional<InetAddress> parseFour(String host) throws UnknownHostException {
        String[] parts = host.split("\\.", -1);
        if (parts.length > 4) {
            return Optional.empty();
        }
        long address = 0;
        for (int i = 0; i < parts.length; i++) {
            long value = number(parts[i]);
            boolean isLast = i == parts.length - 1;
            int bytes = isLast ? 4 - i : 1;
            if (value < 0 || value >= 1L << (8 * bytes)) {
                return Optional.empty();
            }
            address |= isLast ? value : value << (8 * (3 - i));
        }
        return Optional.of(InetAddress.getByAddress(
                new byte[] {(byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address}));
    }

    private static long number(String text) {
        if (text.startsWith("0x") || text.startsWith("0X")) {
            return text.length() == 2 ? 0 : Long.parseLong(text.substring(2), 16);
        }
        return Long.parseLong(text, text.length() > 1 && text.startsWith("0") ? 8 : 10);
    }
}
