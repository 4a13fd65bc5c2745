package io.mcprollout.sandbox.player;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Short names of pod templates. */
final class PodTemplates {

    /** The label that tells a ReplicaSet's pods from those of another. */
    static final String HASH_LABEL = "pod-template-hash";

    private static final ObjectMapper SORTED =
            new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final String SIGNS = "bcdfghjklmnpqrstvwxz2456789";

    private PodTemplates() {}

    /** Ten signs that are equal for equal templates, whatever the order of their members. */
    static String hash(JsonNode template) {
        try {
            byte[] digest = sha256(SORTED.writeValueAsBytes(SORTED.treeToValue(template, Object.class)));
            StringBuilder hash = new StringBuilder();
            for (int i = 0; i < 10; i++) {
                hash.append(SIGNS.charAt(Math.floorMod(digest[i], SIGNS.length())));
            }
            return hash.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always writable", e);
        }
    }

    /** The SHA-256 of a text in hexadecimal digits. */
    static String sha256(String text) {
        return HexFormat.of().formatHex(sha256(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
