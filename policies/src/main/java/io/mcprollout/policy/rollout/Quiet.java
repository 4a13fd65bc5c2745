package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.util.Optional;

/** Keeping the routes as they are while nothing is rolled out: all traffic on stable, no rule of the controller's own. */
final class Quiet {
    private Quiet() {}

    /** Rests, and puts back what somebody sent to the slot that is not stable, or what an earlier controller left behind. */
    static Decision rest(Turn turn, Resting state, Rationale why) {
        Rationale rationale = new Rationale(why.reason(), Keeping.told(turn, why.message()), why.until(), why.then());
        return unreleased(turn)
                .map(revision -> watched(noting(turn, revision), state, changed(turn, revision, rationale)))
                .orElseGet(() -> watched(turn, state, rationale));
    }

    /** What the stable slot got without a rollout; empty when it is what it was. */
    private static Optional<Revision> unreleased(Turn turn) {
        Optional<Revision> settled =
                turn.rollout().memory(turn.rollout().stable()).settled();
        return settled.isEmpty()
                ? Optional.empty()
                : turn.stable().revision().filter(now -> !settled.get().equals(now));
    }

    private static Turn noting(Turn turn, Revision revision) {
        Slot slot = turn.rollout().stable();
        var memory = turn.rollout().memory(slot);
        return memory.unreleased().equals(Optional.of(revision))
                ? turn
                : turn.with(turn.rollout().withSlot(slot, memory.unreleased(Optional.of(revision))))
                        .telling(true, "StableChangedWithoutRollout", without(turn, revision));
    }

    private static Rationale changed(Turn turn, Revision revision, Rationale why) {
        return new Rationale(
                "StableChangedWithoutRollout", without(turn, revision) + "; " + why.message(), why.until(), why.then());
    }

    private static String without(Turn turn, Revision revision) {
        return turn.stable().deployment() + ", which is stable, got " + revision
                + " without a rollout: all users have it and nothing compared it";
    }

    private static Decision watched(Turn turn, Resting state, Rationale rationale) {
        Optional<String> closed = turn.closed();
        if (closed.isPresent()) {
            return turn.rest(
                    state,
                    turn.seen().desired() instanceof Desired.Refused
                            ? rationale
                            : Start.waits(Check.CLOSED, closed.get()));
        }
        Optional<Weight> stray = turn.seen().routes().stream()
                .flatMap(view -> Retreat.share(view).stream())
                .filter(share -> share.isAbove(Weight.NONE))
                .max(Weight::compareTo);
        if (stray.isEmpty()) {
            boolean rules = turn.seen().routes().stream().anyMatch(view -> hasRules(view, turn));
            return turn.rest(state, rules ? Act.HOLD : Act.LEAVE, rationale);
        }
        String what = "somebody gave " + stray.get() + " of new sessions to "
                + turn.candidate().deployment() + ", which is not stable";
        if (turn.stable().ready() < 1) {
            return turn.rest(
                    state,
                    drift(
                            what,
                            Optional.empty(),
                            "put back when " + turn.stable().deployment() + " has a ready pod"));
        }
        Contest contest = turn.rollout().contest();
        if (contest.isOn(turn.now())) {
            return turn.rest(
                    state, drift(what, Optional.of(contest.until()), "put back then: whoever fights is given time"));
        }
        return turn.with(turn.rollout().with(contest.again(turn.now())))
                .telling(true, "Drift", "S" + what.substring(1) + "; it is put back to 0 %")
                .rest(state, Act.HOLD, drift(what, Optional.empty(), "put back at once"));
    }

    /* Rules of the controller's own that are not, or no longer, wanted; or that are and are not there. */
    private static boolean hasRules(RouteView view, Turn turn) {
        return switch (view) {
            case RouteView.Seen seen ->
                !seen.probeable().isEmpty()
                        || !seen.sessions().equals(turn.untouched().sessions());
            case RouteView.Odd odd -> !odd.probeable().isEmpty();
            case RouteView.Gone ignored -> false;
            case RouteView.Unreadable ignored -> false;
        };
    }

    private static Rationale drift(String what, Optional<java.time.Instant> until, String then) {
        return new Rationale("Drift", what, until, then);
    }
}
