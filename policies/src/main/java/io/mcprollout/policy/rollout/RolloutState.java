package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.time.Instant;
import java.util.Optional;

/** Where a rollout stands. Only legal transitions exist as methods. */
public sealed interface RolloutState {
    /** Its name, and what in it is more than time: two equal phases differ by clocks only. */
    default String phase() {
        return getClass().getSimpleName();
    }

    /**
     * Nothing is known yet of the slots; nothing may be written.
     *
     * @param remembered slot that was stable according to what outlived status; empty when nothing says so
     */
    record Initializing(Optional<Slot> remembered) implements RolloutState {
        /** Nothing is remembered either. */
        public static final Initializing BLANK = new Initializing(Optional.empty());

        /** Both slots have been seen. */
        public Idle adopted() {
            return new Idle();
        }
    }

    /** Nothing is being rolled out; a new candidate revision starts an attempt. */
    sealed interface Resting extends RolloutState {
        /** An attempt begins at weight 0. */
        default Preparing start(Run run) {
            return new Preparing(run, StepClock.start(run.startedAt()), Instant.EPOCH);
        }
    }

    /** Nothing was rolled out yet, or the last attempt ended without a word on its revision. */
    record Idle() implements Resting {}

    /** The last attempt went back. */
    record RolledBack(Revision revision, Cause cause, String reason, Instant at) implements Resting {}

    /** The last attempt was promoted, and can be undone for a while. */
    record Promoted(Run run, Instant at) implements Resting {
        /** What was promoted. */
        public Revision revision() {
            return run.revision();
        }

        /** Until when it can be undone. */
        public Instant keptUntil() {
            return at.plus(run.plan().keep());
        }

        /** The slot that was stable before is as it was: one write, and it has everything again. */
        RollingBack undo(String reason, Instant now) {
            return new RollingBack(run, Cause.Undone, reason, now);
        }

        /** The version before is brought back first. */
        Restoring restore(Run run, Optional<Revision> over) {
            return new Restoring(run, over, StepClock.start(run.startedAt()), false);
        }
    }

    /** An attempt is under way and can still go back. */
    sealed interface Live extends RolloutState {
        /** The attempt. */
        Run run();

        /** The candidate's share that this state asks for. */
        Weight weight();

        /** What the routes must say in this state. */
        default TrafficPlan traffic() {
            return run().traffic(weight());
        }

        /** Until when worse answers may stem from pods that the cluster took. */
        default Instant roughUntil() {
            return Instant.EPOCH;
        }

        /** All traffic returns to stable. */
        default RollingBack goBack(Cause cause, String reason, Instant now) {
            return new RollingBack(run(), cause, reason, now);
        }
    }

    /** A state in which the candidate may come to have everything, and so to be promoted. */
    sealed interface Whole extends Live {
        /** Whether it is at the end: all traffic is on the candidate. */
        boolean isWhole();

        /** The candidate has proved itself; stable is to get its template from a person. */
        default AwaitingGit awaitGit(Instant now) {
            requireWhole();
            return new AwaitingGit(run(), "", now, roughUntil());
        }

        /** The candidate has proved itself; stable's requests end before its pods are replaced. */
        default Draining drain(Instant now) {
            requireWhole();
            return new Draining(run(), StepClock.start(now), roughUntil());
        }

        /** The candidate has proved itself; from now on its slot is the stable one. */
        default Promoted swap(Instant now) {
            requireWhole();
            return new Promoted(run(), now);
        }

        private void requireWhole() {
            if (!isWhole()) {
                throw new IllegalStateException("only a candidate that has everything can be promoted");
            }
        }
    }

    /**
     * Weight 0, with probes: waits for the candidate's pods and for evidence that the first step is safe.
     *
     * @param roughUntil until when worse answers may stem from pods that the cluster took
     */
    record Preparing(Run run, StepClock clock, Instant roughUntil) implements Live {
        @Override
        public Weight weight() {
            return Weight.NONE;
        }

        Preparing at(StepClock clock, Instant roughUntil) {
            return new Preparing(run, clock, roughUntil);
        }

        /** All is well but for a person's word. */
        public AwaitingApproval await(Instant now) {
            return new AwaitingApproval(run, -1, clock, now, roughUntil);
        }

        /** Straight to the last step, by a person's order. */
        public Stepping hurry(Instant now) {
            return begin(now).hurry(now);
        }

        /** The first step. */
        public Stepping begin(Instant now) {
            return new Stepping(run, 0, StepClock.start(now), false, roughUntil);
        }

        /** The cluster, not the version, keeps the candidate from running. */
        public Blocked block(String cause, Instant now) {
            return new Blocked(run, Cause.CanaryDisrupted, cause, StepClock.start(now));
        }
    }

    /**
     * The candidate has the share of a step; at the last step it bakes.
     *
     * @param step index of the step
     * @param seen whether the routes have been seen at the step's weight
     * @param roughUntil until when worse answers may stem from pods that the cluster took
     */
    record Stepping(Run run, int step, StepClock clock, boolean seen, Instant roughUntil) implements Whole {
        @Override
        public Weight weight() {
            return run.plan().weight(step);
        }

        @Override
        public String phase() {
            return "Stepping " + step;
        }

        /** Whether this is the last step, where all traffic is on the candidate. */
        public boolean isBaking() {
            return run.plan().isLast(step);
        }

        Stepping at(StepClock clock, boolean seen, Instant roughUntil) {
            return new Stepping(run, step, clock, seen, roughUntil);
        }

        /** The next step. */
        public Stepping advance(Instant now) {
            if (isBaking()) {
                throw new IllegalStateException("there is no step after the last");
            }
            return new Stepping(run, step + 1, StepClock.start(now), false, roughUntil);
        }

        /** Straight to the last step, by a person's order. */
        public Stepping hurry(Instant now) {
            return new Stepping(run, run.plan().steps().size() - 1, StepClock.start(now), false, roughUntil);
        }

        /** All is well but for a person's word. */
        public AwaitingApproval await(Instant now) {
            return new AwaitingApproval(run, step, clock, now, roughUntil);
        }

        @Override
        public boolean isWhole() {
            return isBaking();
        }
    }

    /**
     * The step before, held until a person lets the candidate go on.
     *
     * @param step index of the step that is held; -1 the preflight
     * @param roughUntil until when worse answers may stem from pods that the cluster took
     */
    record AwaitingApproval(Run run, int step, StepClock clock, Instant since, Instant roughUntil) implements Live {
        @Override
        public Weight weight() {
            return run.plan().weight(step);
        }

        @Override
        public String phase() {
            return "AwaitingApproval " + step;
        }

        AwaitingApproval at(StepClock clock, Instant roughUntil) {
            return new AwaitingApproval(run, step, clock, since, roughUntil);
        }

        /** Number of the step that is to be approved, as people count them: 1 is the first. */
        public int wanted() {
            return step + 2;
        }

        /** It was approved. */
        public Stepping advance(Instant now) {
            return new Stepping(run, step + 1, StepClock.start(now), false, roughUntil);
        }

        /** A person ordered more than that. */
        public Stepping hurry(Instant now) {
            return new Stepping(run, run.plan().steps().size() - 1, StepClock.start(now), false, roughUntil);
        }
    }

    /**
     * A promotion is undone: the version before it is brought back into the candidate's slot, and then gets everything at once.
     *
     * @param over what the slot had before; empty when it had nothing
     * @param lifted whether it has been given all new sessions
     */
    record Restoring(Run run, Optional<Revision> over, StepClock clock, boolean lifted) implements Whole {
        @Override
        public Weight weight() {
            return lifted ? Weight.ALL : Weight.NONE;
        }

        @Override
        public String phase() {
            return "Restoring" + (lifted ? " lifted" : "");
        }

        Restoring at(StepClock clock) {
            return new Restoring(run, over, clock, lifted);
        }

        /** It can take all new sessions. */
        public Restoring lift(Instant now) {
            return new Restoring(run, over, StepClock.start(now), true);
        }

        @Override
        public boolean isWhole() {
            return lifted;
        }
    }

    /**
     * No weight, because the cluster keeps the candidate's pods from running; goes on by itself when they are ready.
     *
     * @param why what the weight was taken away for
     * @param cause the same as a sentence
     * @param clock its held time is for how long they have been ready
     */
    record Blocked(Run run, Cause why, String cause, StepClock clock) implements Live {
        @Override
        public Weight weight() {
            return Weight.NONE;
        }

        Blocked at(StepClock clock) {
            return new Blocked(run, why, cause, clock);
        }

        /** The candidate runs again: back to the preflight, of the same attempt or of what it is from now on. */
        public Preparing resume(Run run, Instant now, Instant roughUntil) {
            return new Preparing(run, StepClock.start(now), roughUntil);
        }
    }

    /**
     * All traffic is on the candidate; somebody has to commit its template to the stable Deployment.
     *
     * @param note why a person has to; empty when that is how it is promoted
     * @param roughUntil until when worse answers may stem from pods that the cluster took
     */
    record AwaitingGit(Run run, String note, Instant since, Instant roughUntil) implements Live {
        @Override
        public Weight weight() {
            return Weight.ALL;
        }

        AwaitingGit at(Instant roughUntil) {
            return new AwaitingGit(run, note, since, roughUntil);
        }

        /** Stable has the template. */
        public Returning returning(Instant now) {
            return new Returning(run, true, StepClock.start(now), false);
        }
    }

    /**
     * All traffic is on the candidate; requests on the old stable pods end.
     *
     * @param roughUntil until when worse answers may stem from pods that the cluster took
     */
    record Draining(Run run, StepClock clock, Instant roughUntil) implements Live {
        @Override
        public Weight weight() {
            return Weight.ALL;
        }

        Draining at(StepClock clock, Instant roughUntil) {
            return new Draining(run, clock, roughUntil);
        }

        /** No request is left on stable: its template may be replaced. */
        public Returning returning(Instant now) {
            return new Returning(run, false, StepClock.start(now), false);
        }
    }

    /**
     * Stable runs, or is about to run, the promoted template; traffic returns to it when it has proved itself.
     *
     * @param copied whether stable has been seen with the promoted revision
     * @param moved whether new sessions go to stable again
     */
    record Returning(Run run, boolean copied, StepClock clock, boolean moved) implements Live {
        @Override
        public Weight weight() {
            return moved ? Weight.NONE : Weight.ALL;
        }

        @Override
        public TrafficPlan traffic() {
            return moved ? run.ended() : run.traffic(Weight.ALL);
        }

        @Override
        public String phase() {
            return "Returning" + (copied ? " copied" : "") + (moved ? " moved" : "");
        }

        Returning at(StepClock clock, boolean copied) {
            return new Returning(run, copied, clock, moved);
        }

        /** Stable is ready for all traffic. */
        public Returning move(Instant now) {
            return new Returning(run, copied, StepClock.start(now), true);
        }

        /** Somebody undid the copy: a person has to commit it. */
        public AwaitingGit reverted(String note, Instant now) {
            return new AwaitingGit(run, note, now, Instant.EPOCH);
        }

        /** Stable has everything and is what was rolled out. */
        public Promoted promoted(Instant now) {
            return new Promoted(run, now);
        }
    }

    /** All traffic is being returned to stable. Left only when the routes have been seen so. */
    record RollingBack(Run run, Cause cause, String reason, Instant since) implements RolloutState {
        /** The routes are back. */
        public Resting confirmed(Instant now) {
            return cause.condemns() ? new RolledBack(run.revision(), cause, reason, now) : new Idle();
        }

        /** The routes are back, and the same revision may try again when what stopped it has passed. */
        public Blocked blocked(Instant now) {
            return new Blocked(run, cause, reason, StepClock.start(now));
        }
    }
}
