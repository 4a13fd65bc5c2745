package io.mcprollout.controller.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/*
 * Objects of one kind are alike: the first one is the dictionary against which all others are compressed (RFC 1951 with a preset
 * dictionary), which makes them a third of what each would be by itself.
 */
/** Makes objects of one kind small. */
final class Packing {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final byte[] NONE = {};

    private final AtomicReference<byte[]> dictionary = new AtomicReference<>(NONE);

    /** The object in few bytes. */
    byte[] pack(ObjectNode object) {
        byte[] text = bytes(object);
        dictionary.compareAndSet(NONE, text);
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        deflater.setDictionary(dictionary.get());
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
            out.write(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return packed.toByteArray();
    }

    private static byte[] bytes(ObjectNode object) {
        try {
            return JSON.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object that was packed here. */
    ObjectNode unpack(byte[] packed) {
        Inflater inflater = new Inflater(true);
        inflater.setDictionary(dictionary.get());
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed), inflater)) {
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            inflater.end();
        }
    }
}
