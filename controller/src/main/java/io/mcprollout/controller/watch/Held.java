package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One version of an object: a facet of it at hand, the whole packed, since tens of thousands are held and few are looked at at a time. */
final class Held<F> {
    private final long version;
    private final F facet;
    private final byte[] dictionary;
    private final byte[] packed;

    Held(long version, F facet, Packing.Packed packed) {
        this.version = version;
        this.facet = facet;
        this.dictionary = packed.dictionary();
        this.packed = packed.bytes();
    }

    /** A resource version as a number; 0 when it is none. */
    static long version(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Rises with every change on one API server. */
    long version() {
        return version;
    }

    F facet() {
        return facet;
    }

    /** The object, a copy of its own for each call. */
    ObjectNode object() {
        return Packing.unpack(dictionary, packed);
    }
}
