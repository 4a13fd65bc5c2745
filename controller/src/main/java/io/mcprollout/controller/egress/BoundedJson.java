package io.mcprollout.controller.egress;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** JSON from strangers: nesting, names and numbers bounded, so that a bomb is an ordinary error. Length is bounded by who reads it in. */
public final class BoundedJson {
    /** Deepest nesting of objects and arrays; a tool's schema stays below 20. */
    public static final int DEPTH = 64;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEPTH)
                            .maxNumberLength(100)
                            .maxNameLength(1_000)
                            .maxStringLength(4 * 1024 * 1024)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private BoundedJson() {}

    /** One value and nothing after it; the exception's message quotes nothing of the text. */
    public static JsonNode parse(byte[] text) throws Malformed {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node == null || node.isMissingNode()) {
                throw new Malformed("is empty");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new Malformed(
                    tooDeep(e) ? "is nested deeper than " + DEPTH + " levels" : "is not valid JSON" + at(e));
        } catch (IOException e) {
            throw new Malformed("is not valid JSON");
        }
    }

    /** An empty object to build upon. */
    public static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    private static boolean tooDeep(JsonProcessingException e) {
        return e.getOriginalMessage() != null && e.getOriginalMessage().contains("nesting depth");
    }

    private static String at(JsonProcessingException e) {
        return e.getLocation() == null ? "" : " at byte " + e.getLocation().getByteOffset();
    }

    /** Why a text is no acceptable JSON; the message completes "the answer …". */
    public static final class Malformed extends Exception {
        Malformed(String message) {
            super(message, null, false, false);
        }
    }
}
