package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a rollout does next.
 *
 * <ol>
 *   <li>Commands are taken; each counts once.
 *   <li>A rollback under way is finished before anything else is looked at.
 *   <li>A live attempt goes back for the first reason there is ({@link Retreat}), else goes on if every check passes
 *       ({@link Advance}), else holds and says what it waits for.
 *   <li>A resting rollout starts an attempt when the candidate slot gets a new revision ({@link Start}).
 * </ol>
 *
 * It is total and pure: the same rollout and observation give the same decision, and no input makes it throw. It never
 * raises a share unless every check passes, never lowers its guard for a condemned revision, and going back needs nothing
 * that could be missing.
 */
public final class RolloutPolicy {
    private RolloutPolicy() {}

    /** The decision on what is remembered and what is seen. */
    public static Decision decide(Rollout rollout, Observation seen) {
        return switch (seen.mode()) {
            case Unmanaged -> HandsOff.unmanaged(rollout, seen);
            case Observe -> HandsOff.observe(rollout, seen, decideManaged(rollout, seen.in(Mode.Active)));
            case Active -> decideManaged(rollout, seen);
            case Paused -> decideManaged(rollout, seen);
        };
    }

    private static Decision decideManaged(Rollout rollout, Observation seen) {
        Orders orders = Orders.take(Keeping.noting(rollout, seen), seen);
        Turn turn = orders.turn();
        return switch (turn.rollout().state()) {
            case RollingBack back -> Retreat.finish(turn, back);
            case Initializing fresh -> Adoption.adopt(turn, fresh, orders.first(Kind.Adopt));
            case Resting ignored
            when Adoption.isOfOthers(turn) ->
                Adoption.adopt(turn.with(turn.rollout().forgettingSlots()), Initializing.BLANK, Optional.empty());
            case Promoted promoted when orders.has(Kind.Undo) && !seen.deleting() -> Undo.begin(turn, promoted);
            case Resting resting -> Start.from(Keeping.drained(turn), resting, orders.has(Kind.Retry));
            case Live live -> decideLive(turn, live, orders);
        };
    }

    private static Decision decideLive(Turn turn, Live live, Orders orders) {
        var retreat = Retreat.reason(turn, live, orders.has(Kind.Abort));
        if (retreat.isPresent()) {
            return turn.goBack(live, retreat.get().cause(), retreat.get().message());
        }
        if (turn.seen().deleting()) {
            return turn.release("The candidate is promoted; its traffic stays where it is.");
        }
        return switch (live) {
            case RolloutState.Preparing preparing -> Advance.preparing(turn, preparing);
            case RolloutState.Stepping stepping -> Advance.stepping(turn, stepping);
            case RolloutState.Blocked blocked -> Standstill.blocked(turn, blocked);
            case RolloutState.AwaitingApproval awaiting ->
                Advance.awaitingApproval(turn, awaiting, orders.has(Kind.Approve));
            case RolloutState.Restoring restoring -> Undo.restoring(turn, restoring);
            case RolloutState.AwaitingGit awaiting -> Return.awaitingGit(Keeping.drained(turn), awaiting);
            case RolloutState.Draining draining -> Return.draining(Keeping.drained(turn), draining);
            case RolloutState.Returning returning -> Return.returning(turn, returning);
        };
    }

    /** Why somebody has to act, in a form that status and messages share. */
    static String list(List<String> problems) {
        return String.join("; ", problems);
    }
}
