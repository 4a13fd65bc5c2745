package io.mcprollout.policy.evidence;

import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;

/** What became of a test whether sessions stay with the version that minted them: begun with each version, gone on with like any client's. */
public sealed interface PinTest {
    /** When it began: it speaks of the rules as they were from then on. */
    Instant begun();

    /** By what a session is known to the mesh. */
    enum Way {
        /** The server begins the id with its pod-template-hash. */
        SERVER_MINTED,
        /** The gateway's script puts the incarnation into the id. */
        GATEWAY
    }

    /** Neither version mints sessions. */
    record Stateless(Instant begun) implements PinTest {}

    /**
     * Every request of every session was served by the version that minted it.
     *
     * @param way by which the candidate's sessions are known
     * @param requests made with nothing but the id, each on a connection of its own
     */
    record Passed(Instant begun, Way way, int requests) implements PinTest {}

    /** Ids of the candidate carry no tag, so nothing can tell its sessions from others; what is a sentence for people. */
    record Untagged(Instant begun, String what) implements PinTest {}

    /**
     * A request was refused, or answered by another version than the session's.
     *
     * @param slot whose session it was
     * @param ownPods whether pods of the same version answered, so that affinity among them is what is missing
     * @param what a sentence for people
     */
    record Lost(Instant begun, Slot slot, boolean ownPods, String what) implements PinTest {}

    /** It could not be made; the cause is a sentence for people. */
    record Unanswered(Instant begun, String cause) implements PinTest {}
}
