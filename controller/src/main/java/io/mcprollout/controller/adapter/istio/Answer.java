package io.mcprollout.controller.adapter.istio;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What the API server said to one request. */
sealed interface Answer {
    /** The object, if it is what was answered. */
    default Optional<ObjectNode> found() {
        return this instanceof Found(ObjectNode object) ? Optional.of(object) : Optional.empty();
    }

    /** The object as it is stored now. */
    record Found(ObjectNode object) implements Answer {
        /** Version of the stored object; changes with every write. */
        String resourceVersion() {
            return object.path("metadata").path("resourceVersion").asText();
        }
    }

    /** There is no such object. */
    record Absent() implements Answer {}

    /**
     * It said no, and nothing was written.
     *
     * @param status HTTP status
     * @param message what it said, a sentence
     */
    record Refused(int status, String message) implements Answer {
        /** Whether the object had changed since it was read, or the patch did not fit it. */
        boolean isStale() {
            return status == 409 || status == 422;
        }

        /** Whether it was what was to be written that somebody did not like. */
        boolean isOfContent() {
            return status == 400 || status == 403 || status == 413 || status == 422;
        }
    }

    /** No answer came; a write may or may not have been made. */
    record Lost(String cause) implements Answer {}
}
