package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.AwaitingGit;
import io.mcprollout.policy.rollout.RolloutState.Draining;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.rollout.RolloutState.Whole;
import io.mcprollout.policy.traffic.RouteView;
import java.time.Duration;
import java.util.Optional;

/** The way from a baked candidate to a stable slot that runs it: drain, copy or commit, return. */
final class Return {
    /* A slot without sessions has drained when no request is active on it; the bake has already lasted at 100/0. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(5);
    /* Enough to see that the new stable pods answer, little enough to add no wait. */
    private static final int STABLE_OK_IN_ROW = 3;

    private Return() {}

    static Decision promote(Turn turn, Stepping state) {
        return settle(turn, state, state.run().revision() + " has proved itself at 100 %");
    }

    /** What becomes of a candidate that has everything. */
    static Decision settle(Turn turn, Whole state, String message) {
        Turn told = turn.telling(false, "Proved", message);
        Turn left = told.with(Keeping.leavingStable(told, state.run()));
        return switch (state.run().plan().promotion().chosen(turn.stable()).mode()) {
            case Git -> awaitingGit(left, state.awaitGit(turn.now()));
            case Swap -> swapped(left, state.swap(turn.now()));
            default -> draining(left, state.drain(turn.now()));
        };
    }

    /** The slots change roles, and the route stays as it is. */
    private static Decision swapped(Turn turn, Promoted state) {
        Rollout rollout = turn.rollout()
                .settled(turn.rollout().stable(), turn.stable().revision())
                .settled(turn.rollout().candidate(), turn.candidate().revision())
                .keptScaled(turn.rollout().candidate())
                .withStable(turn.rollout().candidate());
        String message = state.revision() + " of " + turn.candidate().deployment() + " is stable";
        return turn.with(rollout).telling(false, "Promoted", message).rest(state, Rationale.of("Promoted", message));
    }

    static Decision awaitingGit(Turn turn, AwaitingGit state) {
        if (turn.stable().revision().equals(Optional.of(state.run().revision()))) {
            return returning(Keeping.interrupted(turn), state.returning(turn.now()));
        }
        AwaitingGit now = state.at(Weather.roughUntil(turn, state));
        String message = (state.note().isEmpty() ? "" : state.note() + " ")
                + "All traffic is on " + turn.candidate().deployment() + ". Commit its pod template to "
                + turn.stable().deployment()
                + turn.rollout()
                        .drain()
                        .map(drain -> " when its sessions are over, at the latest at " + drain.until())
                        .orElse("")
                + "; traffic returns there when it runs " + state.run().revision() + ".";
        return Advance.guarded(
                turn, now, new Rationale("AwaitingGit", message, Optional.empty(), "a commit to stable ends this"));
    }

    static Decision draining(Turn turn, Draining state) {
        Draining now =
                state.at(state.clock().tick(turn.now(), turn.seen().interval(), true), Weather.roughUntil(turn, state));
        if (turn.seen().mode() == Mode.Paused) {
            return Advance.guarded(
                    turn,
                    state.at(state.clock(), now.roughUntil()),
                    new Rationale(
                            "Paused", "the drain is paused", Optional.empty(), "goes on when spec.mode is Active"));
        }
        if (turn.rollout().drain().isPresent()) {
            return Advance.guarded(turn, now, waits(turn, turn.rollout().drain().get()));
        }
        if (now.clock().held().compareTo(LAST_REQUESTS) >= 0) {
            return returning(turn, now.returning(turn.now()));
        }
        return Advance.guarded(
                turn,
                now,
                new Rationale(
                        "Draining",
                        "the last requests on " + turn.stable().deployment() + " end",
                        Optional.of(
                                turn.now().plus(LAST_REQUESTS.minus(now.clock().held()))),
                        "its template is replaced"));
    }

    private static Rationale waits(Turn turn, Drain drain) {
        String message = "sessions of " + drain.pin().incarnation() + " stay on "
                + turn.stable().deployment() + " until nothing is asked of it for " + Advance.words(drain.quiet())
                + turn.seen()
                        .quietSince(drain.pin().slot())
                        .map(since -> ", which is so since " + since)
                        .orElse("");
        return new Rationale("Draining", message, Optional.of(drain.until()), "its template is replaced");
    }

    static Decision returning(Turn turn, Returning state) {
        if (state.moved()) {
            return moved(turn, state);
        }
        boolean same = turn.stable().revision().equals(Optional.of(state.run().revision()));
        if (state.copied() && !same) {
            String note = "ReplaceReverted: somebody undid the copy of the template to "
                    + turn.stable().deployment() + ".";
            return awaitingGit(turn.telling(true, "ReplaceReverted", note), state.reverted(note, turn.now()));
        }
        Returning now = state.at(state.clock().tick(turn.now(), turn.seen().interval(), true), same);
        boolean lost = turn.candidate().ready() == 0 && turn.stable().isPure();
        boolean enough = turn.stable().ready() >= Scaling.wayBack(turn, state);
        boolean ready =
                turn.stable().isSettled() && enough && turn.seen().probes().stableOkInRow() >= STABLE_OK_IN_ROW;
        if (same && (lost || (ready && turn.seen().mode() == Mode.Active))) {
            Returning moving = now.move(turn.now());
            return moved(
                    turn.with(Keeping.leavingCandidate(turn, state.run()))
                            .telling(
                                    false,
                                    "Returning",
                                    "New sessions return to " + turn.stable().deployment()),
                    moving);
        }
        Turn copying = same
                ? turn
                : turn.with(new Effect.CopyTemplate(
                        turn.rollout().candidate(),
                        turn.rollout().stable(),
                        state.run().revision()));
        if (same && turn.stable().isSettled() && !enough) {
            return Advance.guarded(turn, now, undersized(turn, state));
        }
        String message = same
                ? turn.stable().deployment() + " takes over the promoted template: "
                        + turn.stable().ready() + " of " + turn.stable().wanted() + " pods ready"
                : "the promoted template is copied to " + turn.stable().deployment();
        return Advance.guarded(
                copying,
                now,
                new Rationale(
                        "Returning",
                        message,
                        Optional.empty(),
                        "traffic returns to stable when its pods are ready and answer probes"));
    }

    private static Rationale undersized(Turn turn, Returning state) {
        int wanted = Scaling.wayBack(turn, state);
        String message = turn.stable().deployment() + " has " + turn.stable().ready()
                + " ready pods, too few for all sessions; scale it to " + wanted;
        return new Rationale(
                "StableUndersized", message, Optional.empty(), "traffic returns to stable when it has so many");
    }

    private static Decision moved(Turn turn, Returning state) {
        boolean there = !turn.seen().routes().isEmpty()
                && turn.seen().routes().stream()
                        .allMatch(view -> Retreat.isBack(view)
                                && (view instanceof RouteView.Seen
                                        || view.closed().isPresent()));
        if (!there) {
            return turn.live(
                    state,
                    new Rationale(
                            "Returning",
                            "new sessions return to " + turn.stable().deployment(),
                            Optional.empty(),
                            "promoted when the routes are seen at 100/0"));
        }
        var revision = Optional.of(state.run().revision());
        Rollout rollout = turn.rollout()
                .settled(turn.rollout().stable(), revision)
                .settled(turn.rollout().candidate(), revision);
        String message = state.run().revision() + " is stable";
        return turn.with(rollout)
                .telling(false, "Promoted", message)
                .rest(state.promoted(turn.now()), Rationale.of("Promoted", message));
    }
}
