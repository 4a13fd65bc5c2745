package io.mcprollout.controller.watch;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * One version of an object: a facet of it at hand, the whole compressed, since a controller holds tens of thousands and looks at few of them
 * at a time.
 */
final class Held<F> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final long version;
    private final F facet;
    private final byte[] packed;

    private Held(long version, F facet, byte[] packed) {
        this.version = version;
        this.facet = facet;
        this.packed = packed;
    }

    static <F> Held<F> of(ObjectNode object, F facet) {
        return new Held<>(
                version(object.path("metadata").path("resourceVersion").asText()), facet, pack(object));
    }

    /** Rises with every change on one API server. */
    long version() {
        return version;
    }

    F facet() {
        return facet;
    }

    /** A resource version as a number; 0 when it is none. */
    static long version(String resourceVersion) {
        try {
            return Long.parseLong(resourceVersion);
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private static byte[] pack(ObjectNode object) {
        Deflater deflater = new Deflater(Deflater.BEST_SPEED);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(bytes, deflater)) {
            JSON.writeValue(out, object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return bytes.toByteArray();
    }

    /** The object, a copy of its own for each call. */
    ObjectNode object() {
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed))) {
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
