package io.mcprollout.simulation;

import java.time.Duration;

/** Something that happens to a service during a rollout and is not the new version's regression. */
public sealed interface Disturbance {
    /** Whom a fault hits. */
    enum Hits {
        /** Both versions at the same moment. */
        BOTH,
        /** Each version, at a moment of its own. */
        EACH,
        /** The new version only. */
        CANDIDATE
    }

    /** Which requests a fault hits. */
    enum Path {
        /** Those of users and those of probes. */
        ALL,
        /** Those of probes only; the mesh counts them as failed. */
        PROBES
    }

    /**
     * Requests fail for a while.
     *
     * @param hits whom
     * @param path which requests
     * @param failing share of them: 0..1
     * @param length of the fault
     * @param earliest moment at which it begins, from the start of the rollout
     * @param latest moment at which it begins; every moment between the two is as likely
     */
    record Fault(Hits hits, Path path, double failing, Duration length, Duration earliest, Duration latest)
            implements Disturbance {
        public Fault {
            if (!(failing >= 0 && failing <= 1)) {
                throw new IllegalArgumentException("failing must be 0..1 but is " + failing);
            }
        }
    }

    /**
     * The failure probability of both versions wanders.
     *
     * @param perMinute standard deviation of the change of its logarithm in a minute
     * @param ramp factor by which it rises evenly over an hour, on top of that; 1 for none
     */
    record Drift(double perMinute, double ramp) implements Disturbance {}

    /**
     * A node is drained again and again: each time a pod of one of the versions, drawn by lot, is replaced by another of the same template.
     *
     * @param every from one to the next; the first comes at a random moment of that time
     * @param unsettled how long a pod is missing
     * @param failing how long requests to the leaving pod fail
     * @param share of the version's requests that the pod gets: 0..1
     */
    record Drains(Duration every, Duration unsettled, Duration failing, double share) implements Disturbance {}

    /**
     * The controller is down once and goes on with what it saved; the prober's log of requests is lost.
     *
     * @param length of the gap
     * @param earliest moment at which it begins
     * @param latest moment at which it begins
     */
    record Restart(Duration length, Duration earliest, Duration latest) implements Disturbance {}

    /** The gateway restarts again and again, so that its counters begin at zero as new series. */
    record CounterResets(Duration every) implements Disturbance {}

    /**
     * Each version has a single pod, and that of the new version is gone once, for no fault of its own.
     *
     * @param length until another pod is ready
     * @param unseen how long the cluster still calls the pod ready
     * @param earliest moment at which it is lost, from the start of the rollout
     * @param latest moment at which it is lost; every moment between the two is as likely
     */
    record Loss(Duration length, Duration unseen, Duration earliest, Duration latest) implements Disturbance {}

    /**
     * When the new version is offered, pods of an older template still answer in its slot.
     *
     * @param length for how long
     * @param failing share of the slot's requests that fail because of them: 0..1
     */
    record Mixture(Duration length, double failing) implements Disturbance {}
}
