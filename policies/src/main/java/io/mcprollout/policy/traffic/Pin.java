package io.mcprollout.policy.traffic;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;

/**
 * Sessions of one incarnation of a slot, and how their requests are known.
 *
 * @param incarnation what a gateway's script says of their requests, having put it into the ids of the sessions
 * @param tags {@code pod-template-hash}es of the slot's pods, with which servers begin the ids they mint; in order
 * @param ended whether they are answered 404, the protocol's word for "start a new session", and served no more
 */
public record Pin(PinId incarnation, Set<String> tags, boolean ended) {
    public Pin {
        tags = Collections.unmodifiableSet(new TreeSet<>(tags));
    }

    /** The slot that they belong to. */
    public Slot slot() {
        return incarnation.slot();
    }

    /** The same sessions, served no more. */
    public Pin end() {
        return new Pin(incarnation, tags, true);
    }
}
