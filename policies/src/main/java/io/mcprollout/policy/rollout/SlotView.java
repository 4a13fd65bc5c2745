package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Revision;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One Deployment and its pods at one instant.
 *
 * @param deployment its name
 * @param revision hash of its template; empty when the Deployment does not exist
 * @param generationObserved whether its status speaks of its newest generation
 * @param wanted replicas in the spec
 * @param updated replicas of the newest template
 * @param ready ready replicas of the newest template
 * @param othersServing whether a ready pod of an older template is still there
 * @param images distinct image ids of each container at most; 1 when settled
 * @param gitManaged whether Argo CD or Flux own it
 * @param facts what happened to its newest pods
 * @param scaler who else sets its replicas; empty when nobody does
 * @param tags {@code pod-template-hash}es of its pods, old ones too; empty when they were not looked at
 */
public record SlotView(
        String deployment,
        Optional<Revision> revision,
        boolean generationObserved,
        int wanted,
        int updated,
        int ready,
        boolean othersServing,
        int images,
        boolean gitManaged,
        List<Fact> facts,
        Optional<Scaler> scaler,
        Set<String> tags) {
    public SlotView {
        facts = List.copyOf(facts);
        tags = Set.copyOf(tags);
    }

    /** One whose pods' hashes were not looked at. */
    public SlotView(
            String deployment,
            Optional<Revision> revision,
            boolean generationObserved,
            int wanted,
            int updated,
            int ready,
            boolean othersServing,
            int images,
            boolean gitManaged,
            List<Fact> facts,
            Optional<Scaler> scaler) {
        this(
                deployment,
                revision,
                generationObserved,
                wanted,
                updated,
                ready,
                othersServing,
                images,
                gitManaged,
                facts,
                scaler,
                Set.of());
    }

    /** A Deployment that does not exist. */
    public static SlotView absent(String deployment) {
        return new SlotView(deployment, Optional.empty(), false, 0, 0, 0, false, 0, false, List.of(), Optional.empty());
    }

    /** Whether all its pods that serve are of the newest template and at least one is ready: harm evidence may be counted. */
    public boolean isPure() {
        return revision.isPresent() && generationObserved && !othersServing && ready >= 1;
    }

    /** Whether nothing about it is changing: certificates may be counted too. */
    public boolean isSettled() {
        return isPure() && updated == wanted && ready == wanted && images <= 1;
    }

    /**
     * An autoscaler that owns a Deployment's replicas.
     *
     * @param name its kind and name
     * @param mayShrink whether it may take pods away during a rollout
     * @param warning what follows from that, and the field that mends it
     */
    public record Scaler(String name, boolean mayShrink, String warning) {}

    /**
     * Something that happened to a pod of a slot.
     *
     * @param pod its name
     * @param detail a sentence for people, such as {@code container app exited with code 1 (3 restarts)}
     * @param at when it was seen first
     */
    public record Fact(Kind kind, String pod, String detail, Instant at) {}

    /** Whether a fact speaks against the version or is the weather. */
    public enum Kind {
        /** A container ended with another code than 0. */
        CRASHED(true),
        /** A container was killed for its memory. */
        OOM_KILLED(true),
        /** The kubelet waits before it starts a container again. */
        CRASH_LOOP(true),
        /** Not ready for more than ten seconds after it was, on a node that is. */
        READINESS_LOST(true),
        /** Evicted, drained, preempted or deleted. */
        DISRUPTED(false),
        /** Its node is not ready or cordoned. */
        NODE_TROUBLE(false),
        /** No node has room. */
        UNSCHEDULABLE(false),
        /** Its image cannot be had. */
        IMAGE_PULL(false),
        /** A quota or an admission refused the pod. */
        REFUSED(false);

        private final boolean againstVersion;

        Kind(boolean againstVersion) {
            this.againstVersion = againstVersion;
        }

        /** Whether it is evidence against the version. */
        public boolean isAgainstVersion() {
            return againstVersion;
        }

        /** Whether the same cause may well be behind both: a container that ended by itself is like any other that did. */
        public boolean isLike(Kind other) {
            return this == other || (endsContainers() && other.endsContainers());
        }

        private boolean endsContainers() {
            return this == CRASHED || this == OOM_KILLED || this == CRASH_LOOP;
        }

        /** Whether nothing runs until somebody mends the cluster. */
        public boolean isInfrastructure() {
            return this == UNSCHEDULABLE || this == IMAGE_PULL || this == REFUSED;
        }
    }
}
