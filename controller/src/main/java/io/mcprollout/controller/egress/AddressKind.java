package io.mcprollout.controller.egress;

import java.net.InetAddress;
import java.util.Arrays;

/** Who an IP address reaches, as far as its bits tell. */
enum AddressKind {
    /** A host of the internet. */
    PUBLIC,
    /** This machine: 127/8, ::1 and the unspecified address, which connects to it. */
    LOOPBACK,
    /** RFC 1918, RFC 6598, unique local and site-local addresses. */
    PRIVATE,
    /** Link-local addresses, and the fixed addresses at which clouds serve credentials to whoever asks. */
    METADATA,
    /** Multicast, broadcast and reserved: nothing answers there. */
    UNUSABLE;

    /** Kind of an address; one that carries an IPv4 address inside (mapped, compatible, NAT64, 6to4) is of the kind of that. */
    static AddressKind of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4 ? ofFour(bytes) : ofSixteen(bytes);
    }

    private static AddressKind ofFour(byte[] bytes) {
        int a = bytes[0] & 0xff;
        int b = bytes[1] & 0xff;
        int whole = (a << 24) | (b << 16) | ((bytes[2] & 0xff) << 8) | (bytes[3] & 0xff);
        if (a == 127 || whole == 0) {
            return LOOPBACK;
        }
        // beside 169.254/16: Alibaba 100.100.100.200, Azure 168.63.129.16, Oracle 192.0.0.192
        if ((a == 169 && b == 254) || whole == 0x646464c8 || whole == 0xa83f8110 || whole == 0xc00000c0) {
            return METADATA;
        }
        if (a == 0 || a >= 224) {
            return UNUSABLE;
        }
        boolean rfc1918 = a == 10 || (a == 172 && (b & 0xf0) == 16) || (a == 192 && b == 168);
        return rfc1918 || (a == 100 && (b & 0xc0) == 64) ? PRIVATE : PUBLIC;
    }

    private static AddressKind ofSixteen(byte[] bytes) {
        int high = ((bytes[0] & 0xff) << 8) | (bytes[1] & 0xff);
        if (startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)) {
            boolean compatible = startsWith(bytes, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
            if (compatible && bytes[12] == 0 && bytes[13] == 0 && bytes[14] == 0) {
                return bytes[15] == 0 || bytes[15] == 1 ? LOOPBACK : UNUSABLE;
            }
            return ofFour(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (startsWith(bytes, 0, 0x64, 0xff, 0x9b)) {
            return ofFour(Arrays.copyOfRange(bytes, 12, 16));
        }
        if (high == 0x2002) {
            return ofFour(Arrays.copyOfRange(bytes, 2, 6));
        }
        // AWS fd00:ec2::254 and its neighbours, Google fd20:ce::254
        if ((high & 0xffc0) == 0xfe80
                || startsWith(bytes, 0xfd, 0, 0x0e, 0xc2)
                || startsWith(bytes, 0xfd, 0x20, 0, 0xce)) {
            return METADATA;
        }
        if ((high & 0xff00) == 0xff00) {
            return UNUSABLE;
        }
        return (high & 0xfe00) == 0xfc00 || (high & 0xffc0) == 0xfec0 ? PRIVATE : PUBLIC;
    }

    private static boolean startsWith(byte[] bytes, int... prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if ((bytes[i] & 0xff) != prefix[i]) {
                return false;
            }
        }
        return true;
    }
}
