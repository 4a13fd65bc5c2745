package io.mcprollout.controller.adapter.mcp;

import java.time.Duration;
import java.util.Optional;

/** What a request said that carried nothing but the id of a session. */
sealed interface Verdict {
    /** It was served by the version that minted the session. */
    record Served() implements Verdict {}

    /**
     * It was refused, or answered by another version.
     *
     * @param ownPods whether it was the session's own version that refused it
     * @param what the rest of a sentence that begins with "a session …"
     */
    record Lost(boolean ownPods, String what) implements Verdict {}

    /**
     * It says nothing of the session.
     *
     * @param isBlip whether another try may get an answer
     * @param pause how long the server asked us to stay away
     */
    record Nothing(boolean isBlip, String cause, Optional<Duration> pause) implements Verdict {
        /** Nothing that another try would change. */
        static Nothing of(String cause) {
            return new Nothing(false, cause, Optional.empty());
        }
    }
}
