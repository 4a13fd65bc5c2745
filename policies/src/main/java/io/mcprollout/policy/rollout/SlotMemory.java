package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Revision;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is remembered of a slot.
 *
 * @param settled revision it had when it was adopted or when its last attempt ended well; empty when it had none
 * @param incarnation number in its pin id
 * @param scaled what the controller did to its replicas; empty when it did nothing, or undid it
 * @param deployment name it had when it was adopted; empty before
 * @param unreleased revision it got as the stable slot without a rollout, once that has been told; empty when it has not
 * @param tags {@code pod-template-hash}es of its pods when they were seen last: how ids of its sessions may begin
 * @param minted whether it was seen to mint sessions in the last attempt
 */
public record SlotMemory(
        Optional<Revision> settled,
        int incarnation,
        Optional<Scaled> scaled,
        String deployment,
        Optional<Revision> unreleased,
        Set<String> tags,
        boolean minted) {
    /** Nothing is remembered. */
    public static final SlotMemory NONE =
            new SlotMemory(Optional.empty(), 0, Optional.empty(), "", Optional.empty(), Set.of(), false);

    public SlotMemory {
        tags = tags.isEmpty() ? Set.of() : Collections.unmodifiableSet(new TreeSet<>(tags));
    }

    SlotMemory settled(Optional<Revision> revision) {
        return new SlotMemory(revision, incarnation, scaled, deployment, Optional.empty(), tags, minted);
    }

    SlotMemory incarnation(int number) {
        return new SlotMemory(settled, number, scaled, deployment, unreleased, tags, minted);
    }

    SlotMemory named(String name) {
        return new SlotMemory(settled, incarnation, scaled, name, unreleased, tags, minted);
    }

    SlotMemory unreleased(Optional<Revision> revision) {
        return new SlotMemory(settled, incarnation, scaled, deployment, revision, tags, minted);
    }

    SlotMemory tagged(Set<String> hashes) {
        return new SlotMemory(settled, incarnation, scaled, deployment, unreleased, hashes, minted);
    }

    SlotMemory minted(boolean mints) {
        return new SlotMemory(settled, incarnation, scaled, deployment, unreleased, tags, mints);
    }

    SlotMemory scaledFrom(int replicas) {
        return scaled(Optional.of(new Scaled(replicas, Optional.empty())));
    }

    SlotMemory idleSince(Instant now) {
        return scaled(scaled.map(before -> new Scaled(before.from(), Optional.of(now))));
    }

    SlotMemory busy() {
        return scaled(scaled.map(before -> new Scaled(before.from(), Optional.empty())));
    }

    SlotMemory unscaled() {
        return scaled(Optional.empty());
    }

    private SlotMemory scaled(Optional<Scaled> next) {
        return new SlotMemory(settled, incarnation, next, deployment, unreleased, tags, minted);
    }

    /**
     * A slot was scaled up for a rollout.
     *
     * @param from replicas it had before
     * @param idleSince since when nothing goes to it; empty while something does
     */
    public record Scaled(int from, Optional<Instant> idleSince) {}
}
