package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Draining;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Weight;
import java.util.Optional;
import java.util.stream.Stream;

/** Every reason to go back, in order, and how going back ends. None of them needs anything that could be missing. */
final class Retreat {
    private Retreat() {}

    /** Why an attempt goes back. */
    record Reason(Cause cause, String message) {}

    /** The first reason to go back; empty when there is none. */
    static Optional<Reason> reason(Turn turn, Live live, boolean abort) {
        /* What was promoted is what stable gets. What is pushed after that nobody has judged, so it may not keep the traffic. */
        if (live instanceof Returning returning) {
            return returning.moved() ? Optional.empty() : superseded(turn, live);
        }
        if (live instanceof Restoring restoring) {
            return Undo.reason(turn, restoring);
        }
        return aborted(live, abort)
                .or(() -> deleted(turn, live))
                .or(() -> loweredByHand(turn, live))
                .or(() -> superseded(turn, live))
                .or(() -> stableChanged(turn, live))
                .or(() -> crashed(turn, live))
                .or(() -> worse(turn, live))
                .or(() -> takenBack(turn, live))
                .or(() -> nothingReady(turn, live));
    }

    /** Keeps returning traffic until every route has been seen to be back. */
    static Decision finish(Turn turn, RollingBack back) {
        boolean missing = turn.isWhole() && turn.seen().routes().stream().anyMatch(RouteView.Gone.class::isInstance);
        if (missing || !turn.seen().routes().stream().allMatch(Retreat::isBack)) {
            return turn.rollingBack(back);
        }
        boolean gone = turn.seen().routes().stream().allMatch(RouteView.Gone.class::isInstance);
        Turn told = gone
                ? turn.telling(true, "RouteGone", "The route is gone; there is nothing left to return.")
                : turn.telling(
                        back.cause().condemns(), "RolledBack", "All traffic is on stable again: " + back.reason());
        if (turn.seen().deleting()) {
            return told.release("All traffic is on stable again.");
        }
        if (back.cause().blocks()) {
            return told.live(
                    back.blocked(turn.now()), Decision.Act.LEAVE, Standstill.disrupted(back.cause(), back.reason()));
        }
        String then = back.cause().condemns()
                ? "another revision, or a retry of this one, starts anew"
                : "starts anew when both Deployments are ready";
        return told.rest(
                back.confirmed(turn.now()), new Rationale(back.cause().name(), back.reason(), Optional.empty(), then));
    }

    /** Whether nothing of an attempt is left on it. */
    static boolean isBack(RouteView view) {
        return switch (view) {
            case RouteView.Seen seen ->
                seen.split().candidate().equals(Weight.NONE) && seen.probeable().isEmpty();
            case RouteView.Odd odd ->
                odd.candidate().equals(Weight.NONE) && odd.probeable().isEmpty();
            case RouteView.Gone ignored -> true;
            case RouteView.Unreadable ignored -> false;
        };
    }

    private static Optional<Reason> aborted(Live live, boolean abort) {
        return abort
                ? Optional.of(new Reason(Cause.Aborted, live.run().revision() + " was aborted by command"))
                : Optional.empty();
    }

    private static Optional<Reason> deleted(Turn turn, Live live) {
        boolean promoted = live instanceof AwaitingGit || live instanceof Draining;
        return turn.seen().deleting() && !promoted
                ? Optional.of(new Reason(Cause.Deleted, "the McpRollout is being deleted"))
                : Optional.empty();
    }

    private static Optional<Reason> loweredByHand(Turn turn, Live live) {
        return lowered(turn, live)
                .filter(view -> !isTakenBack(view))
                .findFirst()
                .map(view -> new Reason(
                        Cause.LoweredByHand,
                        "somebody lowered the candidate's share on " + view.route() + " from " + live.weight() + " to "
                                + share(view).orElse(Weight.NONE)));
    }

    /*
     * Going back does not wait until it is saved. Who dies then leaves a route at 0 that the saved state does not explain; what explains it
     * may be there still, and is asked first.
     */
    private static Optional<Reason> takenBack(Turn turn, Live live) {
        return lowered(turn, live)
                .findFirst()
                .map(view -> new Reason(
                        Cause.TakenBack,
                        "a controller took the candidate's share on " + view.route() + " back from " + live.weight()
                                + " and ended before it could save why"));
    }

    private static boolean isTakenBack(RouteView view) {
        return view instanceof RouteView.Seen seen
                && seen.isOwn()
                && seen.split().candidate().equals(Weight.NONE);
    }

    private static Stream<RouteView> lowered(Turn turn, Live live) {
        boolean unseen = live instanceof Stepping stepping && !stepping.seen();
        return unseen
                ? Stream.empty()
                : turn.seen().routes().stream()
                        .filter(view ->
                                share(view).filter(live.weight()::isAbove).isPresent());
    }

    /** The candidate's share as a route shows it; empty when it cannot be seen. */
    static Optional<Weight> share(RouteView view) {
        return switch (view) {
            case RouteView.Seen seen -> Optional.of(seen.split().candidate());
            case RouteView.Odd odd -> Optional.of(odd.candidate());
            case RouteView.Gone ignored -> Optional.empty();
            case RouteView.Unreadable ignored -> Optional.empty();
        };
    }

    private static Optional<Reason> superseded(Turn turn, Live live) {
        Optional<Revision> offered = turn.candidate().revision();
        if (offered.equals(Optional.of(live.run().revision()))) {
            return Optional.empty();
        }
        String message = offered.map(next -> turn.candidate().deployment() + " now has the newer revision " + next)
                .orElse(turn.candidate().deployment() + " is gone");
        return Optional.of(new Reason(Cause.Superseded, message));
    }

    private static Optional<Reason> stableChanged(Turn turn, Live live) {
        boolean baking = live instanceof Stepping stepping && stepping.isBaking();
        boolean promoted = live instanceof AwaitingGit || live instanceof Draining;
        boolean same =
                turn.stable().revision().equals(Optional.of(live.run().cohort().stable()));
        return same || baking || promoted
                ? Optional.empty()
                : Optional.of(new Reason(
                        Cause.StableChanged,
                        "the template of " + turn.stable().deployment()
                                + " changed, so there is nothing to compare with"));
    }

    private static Optional<Reason> crashed(Turn turn, Live live) {
        return Weather.against(turn, live)
                .map(fact -> new Reason(Cause.CanaryCrashed, fact.pod() + ": " + fact.detail()));
    }

    /* What was gathered in the weather says nothing once it has passed: without traffic nothing is decided on it. */
    private static Optional<Reason> worse(Turn turn, Live live) {
        if (!(turn.seen().evidence().verdict() instanceof Verdict.Fail fail) || live instanceof Blocked) {
            return Optional.empty();
        }
        return Optional.of(Weather.excuse(turn, live)
                .map(why -> new Reason(Cause.CanaryDisrupted, "answers were worse, but " + why))
                .or(() -> Scaling.excuse(turn, live)
                        .map(why -> new Reason(Cause.CanaryUndersized, "answers were worse, but " + why)))
                .orElseGet(() -> new Reason(Cause.CanaryWorse, fail.reason())));
    }

    private static Optional<Reason> nothingReady(Turn turn, Live live) {
        if (live.weight().equals(Weight.NONE) || turn.candidate().ready() > 0) {
            return Optional.empty();
        }
        String why = turn.candidate().facts().stream()
                .map(fact -> ": " + fact.pod() + " " + fact.detail())
                .findFirst()
                .orElse("");
        return Optional.of(new Reason(
                Cause.CanaryDisrupted, "no pod of " + turn.candidate().deployment() + " is ready" + why));
    }
}
