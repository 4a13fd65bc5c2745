package io.mcprollout.controller.egress;

import io.vertx.core.buffer.Buffer;

/** Follows one exchange and takes the body as it arrives; all on the event loop of the caller's context. */
public interface Reader {
    /** The connection is there and the request is about to be written. */
    default void sent() {}

    /** Status and headers have arrived. */
    default void head(Answer.Head head) {}

    /** A piece of the body; false when enough was seen, and the rest is thrown away. */
    boolean piece(Buffer piece);

    /** Nothing of this exchange is under way any more; called once, and only after {@link #sent()}. */
    default void finished() {}
}
