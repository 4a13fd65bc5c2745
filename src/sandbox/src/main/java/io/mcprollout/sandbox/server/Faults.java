package io.mcprollout.sandbox.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a server does wrong at one time: an ordered list, the first fault that strikes a request answers it. */
public record Faults(List<Fault> list) {

    /** The environment variable that carries the JSON form to a server started for a container. */
    public static final String ENV = "MCP_FAULTS";

    private static final Faults NONE = new Faults(List.of());
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** Copies the list. */
    public Faults {
        list = List.copyOf(list);
    }

    /** A server that does nothing wrong. */
    public static Faults none() {
        return NONE;
    }

    /** These faults, in this order. */
    public static Faults of(Fault... faults) {
        return new Faults(List.of(faults));
    }

    /** These faults and one more, which strikes last. */
    public Faults and(Fault fault) {
        return new Faults(Stream.concat(list.stream(), Stream.of(fault)).toList());
    }

    /** The faults of one kind, in order. */
    public <F extends Fault> List<F> all(Class<F> kind) {
        List<F> found = new ArrayList<>();
        for (Fault fault : list) {
            if (kind.isInstance(fault)) {
                found.add(kind.cast(fault));
            }
        }
        return List.copyOf(found);
    }

    /** Reads the JSON form, a list such as {@code [{"toolError":{"tool":"search","rate":0.2}}]}; throws {@link IllegalArgumentException} that names the field. */
    public static Faults parse(String json) {
        if (json.isBlank()) {
            return NONE;
        }
        try {
            return new Faults(JSON.readValue(json, new TypeReference<List<Fault>>() {}));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    ENV + ": " + e.getOriginalMessage()
                            + "; expected a list such as [{\"toolError\":{\"tool\":\"search\",\"rate\":0.2}}]",
                    e);
        }
    }

    /** The JSON form that {@link #parse} reads. */
    public String toJson() {
        try {
            return JSON.writerFor(new TypeReference<List<Fault>>() {}).writeValueAsString(list);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("faults are plain records", e);
        }
    }
}
