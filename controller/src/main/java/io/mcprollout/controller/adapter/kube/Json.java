package io.mcprollout.controller.adapter.kube;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** JSON as the API server speaks it; fields that a newer API has and we do not know are ignored. */
final class Json {
    static final ObjectMapper MAPPER =
            new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

    /** The same for what people wrote in a file: a field that we do not know is a mistake. */
    static final ObjectMapper STRICT = MAPPER.copy().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Json() {}

    /** A top-level field other than apiVersion, kind and metadata; missing when it is not there. */
    static JsonNode field(GenericKubernetesResource resource, String name) {
        Object value = resource.getAdditionalProperties().get(name);
        return value == null ? MAPPER.missingNode() : MAPPER.valueToTree(value);
    }

    /*
     * Through text: lists and watches hand over the same number as different Java types, and trees of different number types
     * are not equal.
     */
    /** The whole object, equal to the tree of any other object that reads the same. */
    static JsonNode tree(GenericKubernetesResource resource) {
        try {
            return MAPPER.readTree(MAPPER.writeValueAsBytes(resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The object for the client. */
    static GenericKubernetesResource resource(JsonNode object) {
        return MAPPER.convertValue(object, GenericKubernetesResource.class);
    }

    /** The name of an object. */
    static String name(JsonNode object) {
        return object.path("metadata").path("name").asText();
    }

    /** An annotation's value. */
    static Optional<String> annotation(GenericKubernetesResource resource, String name) {
        var annotations = resource.getMetadata().getAnnotations();
        return annotations == null ? Optional.empty() : Optional.ofNullable(annotations.get(name));
    }
}
