package io.mcprollout.controller.port;

import java.util.concurrent.CompletionStage;

/** Reads credentials that a probe names. */
public interface SecretReader {
    /**
     * Reads one key of a Secret in the namespace, for use against one host only. Does not block; the stage never fails.
     *
     * @param audience host of the URL that the credential is sent to or that its certificate is checked against
     */
    CompletionStage<Reply> read(String namespace, SecretKey key, String audience);

    /** What became of a read. */
    sealed interface Reply {
        /** The content, as text; never printed. */
        record Found(String value) implements Reply {
            @Override
            public String toString() {
                return "Found[***]";
            }
        }

        /** It may not or cannot be used: a sentence with the fix and without content. */
        record Refused(String cause) implements Reply {}
    }
}
