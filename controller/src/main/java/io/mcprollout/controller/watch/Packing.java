package io.mcprollout.controller.watch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/*
 * Objects of one kind are alike: one of them is the dictionary against which others are compressed (RFC 1951 with a preset dictionary),
 * which makes them a tenth. One that stays large is of another sort, as one that has got its status, and is the next dictionary.
 */
/** Makes objects of one kind small. Thread-safe. */
final class Packing {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** How many times smaller an object is for which there is a dictionary. */
    private static final int USUAL = 6;

    private static final int MOST = 4;

    /** Latest first. */
    private volatile List<byte[]> dictionaries = List.of();

    /** An object in few bytes, and what they were compressed against. */
    static final class Packed {
        private final byte[] dictionary;
        private final byte[] bytes;

        private Packed(byte[] dictionary, byte[] bytes) {
            this.dictionary = dictionary;
            this.bytes = bytes;
        }

        byte[] dictionary() {
            return dictionary;
        }

        byte[] bytes() {
            return bytes;
        }

        private static Packed of(byte[] text, byte[] dictionary) {
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            deflater.setDictionary(dictionary);
            try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
                out.write(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                deflater.end();
            }
            return new Packed(dictionary, packed.toByteArray());
        }

        private boolean isUsual(byte[] text) {
            return bytes.length * USUAL <= text.length;
        }

        private Packed orSmaller(Packed other) {
            return other.bytes.length < bytes.length ? other : this;
        }
    }

    /** The object in few bytes. */
    Packed pack(ObjectNode object) {
        byte[] text = bytes(object);
        List<byte[]> known = dictionaries.isEmpty() ? learn(text) : dictionaries;
        Packed packed = Packed.of(text, known.getFirst());
        for (int i = 1; i < known.size() && !packed.isUsual(text); i++) {
            packed = packed.orSmaller(Packed.of(text, known.get(i)));
        }
        return packed.isUsual(text) || known.size() == MOST
                ? packed
                : Packed.of(text, learn(text).getFirst());
    }

    private synchronized List<byte[]> learn(byte[] text) {
        if (dictionaries.size() < MOST) {
            List<byte[]> next = new ArrayList<>(List.of(text));
            next.addAll(dictionaries);
            dictionaries = List.copyOf(next);
        }
        return dictionaries;
    }

    private static byte[] bytes(ObjectNode object) {
        try {
            return JSON.writeValueAsBytes(object);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object that was packed. */
    static ObjectNode unpack(byte[] dictionary, byte[] packed) {
        Inflater inflater = new Inflater(true);
        inflater.setDictionary(dictionary);
        try (InflaterInputStream in = new InflaterInputStream(new ByteArrayInputStream(packed), inflater)) {
            return (ObjectNode) JSON.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            inflater.end();
        }
    }
}
