package io.mcprollout.policy.rollout;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Taking a promotion back. After a swap the slot that was stable still runs the version before, and gets everything in one write;
 * else that version's template, which a ReplicaSet of stable still holds, goes into the candidate's slot first.
 */
final class Undo {
    /* A copied template is seen at the next look; when it is not for so long, no ReplicaSet has it. */
    private static final Duration TEMPLATE_PATIENCE = Duration.ofMinutes(1);

    private Undo() {}

    /** Why a promotion cannot be undone now; empty when it can. */
    static Optional<String> hindrance(Turn turn, Promoted promoted) {
        Instant end = promoted.keptUntil();
        Revision before = promoted.run().cohort().stable();
        if (!turn.now().isBefore(end)) {
            return Optional.of(
                    "the promotion could be undone until " + end + "; release the version before it instead");
        }
        if (turn.rollout().isCondemned(before)) {
            return Optional.of("the version before it, " + before + ", is condemned; release another one instead");
        }
        return Optional.empty();
    }

    /** The rationale of a rest, with what takes the last promotion back as long as that is possible. */
    static Rationale offered(Turn turn, Resting resting, Rationale why) {
        if (!(resting instanceof Promoted promoted)
                || promoted.run().attempt() != turn.rollout().attempt()
                || hindrance(turn, promoted).isPresent()) {
            return why;
        }
        Instant end = promoted.keptUntil();
        String message = why.message() + "; until " + end + " annotate mcprollout.io/undo=" + promoted.revision() + "#"
                + promoted.run().attempt() + " to take " + promoted.revision() + " back";
        return new Rationale(why.reason(), message, Optional.of(end), "the promotion can no longer be undone");
    }

    /** Begins to take a promotion back; the promoted revision is condemned. */
    static Decision begin(Turn turn, Promoted promoted) {
        Run run = promoted.run();
        Revision before = run.cohort().stable();
        String reason = run.revision() + " was undone by command, " + before + " takes over again";
        boolean swapped = run.stable() != turn.rollout().stable();
        SlotView old = turn.seen().slot(turn.rollout().candidate());
        boolean there = old.revision().equals(Optional.of(before));
        if (swapped && there && old.isPure()) {
            Rollout rollout = turn.rollout().withStable(run.stable()).condemning(run.revision());
            Turn told = turn.with(rollout).telling(true, "Undone", reason);
            return told.with(Keeping.goingBack(told, run)).rollingBack(promoted.undo(reason, turn.now()));
        }
        Rollout rollout =
                turn.rollout().condemning(run.revision()).counting(before).nextAttempt();
        Slot slot = rollout.candidate();
        rollout = rollout.withSlot(slot, rollout.memory(slot).busy().incarnation(rollout.attempt()));
        Run back = new Run(
                run.plan(),
                new Cohort(run.revision(), before),
                rollout.attempt(),
                rollout.startsOf(before) - 1,
                new PinId(rollout.stable(), rollout.memory(rollout.stable()).incarnation()),
                new PinId(slot, rollout.attempt()),
                turn.now(),
                turn.stable().ready());
        Turn told = Keeping.interrupted(turn.with(rollout)).telling(true, "Undone", reason);
        return restoring(told, promoted.restore(back, old.revision()));
    }

    /** Waits for the version before, gives it everything, and then promotes it as any other. */
    static Decision restoring(Turn turn, Restoring state) {
        Restoring now = state.at(state.clock().tick(turn.now(), turn.seen().interval(), true));
        if (now.lifted()) {
            boolean seen = !turn.seen().routes().isEmpty()
                    && turn.seen().routes().stream()
                            .allMatch(view -> Retreat.share(view).equals(Optional.of(Weight.ALL)));
            return seen
                    ? Return.settle(turn, now, now.run().revision() + " is back")
                    : Advance.guarded(
                            turn, now, waits(turn, now, "new sessions go to the version before", Optional.empty()));
        }
        boolean there = turn.candidate().revision().equals(Optional.of(now.run().revision()));
        boolean able = turn.candidate().isPure() && turn.candidate().ready() >= wanted(turn);
        if (there && able && turn.closed().isEmpty()) {
            String message = "New sessions go to " + now.run().revision() + " of "
                    + turn.candidate().deployment();
            return turn.telling(false, "Restored", message)
                    .live(now.lift(turn.now()), Rationale.of("Restored", message));
        }
        if (there) {
            String message = turn.candidate().ready() + " of the " + wanted(turn) + " pods are ready that "
                    + turn.candidate().deployment() + " needs to take all new sessions";
            return Advance.guarded(Scaling.up(turn, now), now, waits(turn, now, message, Optional.empty()));
        }
        Duration left = TEMPLATE_PATIENCE.minus(now.clock().held());
        Instant end = turn.now().plus(left.isNegative() ? Duration.ZERO : left);
        Effect restore = new Effect.RestoreTemplate(
                turn.rollout().stable(), turn.rollout().candidate(), now.run().revision(), now.over());
        String message = "the template of " + now.run().revision() + " goes into "
                + turn.candidate().deployment();
        return Advance.guarded(turn.with(restore), now, waits(turn, now, message, Optional.of(end)));
    }

    /** The first reason not to go on with it. */
    static Optional<Retreat.Reason> reason(Turn turn, Restoring state) {
        if (turn.seen().deleting()) {
            return Optional.of(new Retreat.Reason(Cause.Deleted, "the McpRollout is being deleted"));
        }
        Optional<Revision> offered = turn.candidate().revision();
        boolean there = offered.equals(Optional.of(state.run().revision()));
        if (!there && (state.lifted() || !offered.equals(state.over()))) {
            return Optional.of(new Retreat.Reason(
                    Cause.Superseded, turn.candidate().deployment() + " got another template meanwhile"));
        }
        if (!there && state.clock().held().compareTo(TEMPLATE_PATIENCE) >= 0) {
            return Optional.of(new Retreat.Reason(
                    Cause.UndoImpossible,
                    "no ReplicaSet of " + turn.stable().deployment() + " holds the template of "
                            + state.run().revision() + "; release the version before anew"));
        }
        if (state.lifted() && turn.candidate().ready() < 1) {
            return Optional.of(new Retreat.Reason(
                    Cause.UndoImpossible, "no pod of " + turn.candidate().deployment() + " is ready"));
        }
        return Optional.empty();
    }

    private static int wanted(Turn turn) {
        return Math.max(1, turn.stable().ready());
    }

    private static Rationale waits(Turn turn, Restoring state, String message, Optional<Instant> until) {
        String then = until.isPresent()
                ? "given up: no ReplicaSet holds it"
                : turn.candidate().deployment() + " gets all new sessions when its pods are ready";
        return new Rationale("Undoing", "undoing " + state.run().cohort().stable() + ": " + message, until, then);
    }
}
