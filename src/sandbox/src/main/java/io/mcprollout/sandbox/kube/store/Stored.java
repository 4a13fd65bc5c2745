package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.Json;
import org.jspecify.annotations.Nullable;

/** One version of an object as kept. The tree is shared: nobody changes it. */
public final class Stored {
    private final ObjectNode object;
    private final long revision;
    private volatile byte @Nullable [] bytes;

    Stored(ObjectNode object, long revision) {
        this.object = object;
        this.revision = revision;
    }

    /** The object; to be copied before any change. */
    public ObjectNode object() {
        return object;
    }

    /** Its resourceVersion as a number. */
    public long revision() {
        return revision;
    }

    /** The object as JSON, made once. */
    public byte[] bytes() {
        var known = bytes;
        if (known == null) {
            known = Json.bytes(object);
            bytes = known;
        }
        return known;
    }
}
