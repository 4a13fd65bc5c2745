package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.List;

/** One question that must pass before a rollout goes on, and its machine-readable name. */
record Check(String reason, Verdict verdict) {
    /** Every question, the ones that people can mend first. */
    static List<Check> all(Turn turn, Live live) {
        List<Check> checks = new ArrayList<>();
        checks.add(mode(turn));
        checks.add(accepted(turn));
        checks.add(routes(turn, live.traffic()));
        checks.add(contest(turn));
        checks.add(settled(turn));
        checks.add(sessions(turn, live));
        checks.add(drift(turn, live));
        checks.add(new Check("Evidence", turn.seen().evidence().verdict()));
        return checks;
    }

    /** The check whose verdict stands for all; the first of the worst. */
    static Check worst(List<Check> checks) {
        Check worst = checks.getFirst();
        for (Check check : checks) {
            worst = check.verdict.isWorseThan(worst.verdict) ? check : worst;
        }
        return worst;
    }

    boolean passes() {
        return verdict instanceof Verdict.Pass;
    }

    /** Whether the question cannot be answered now, so that no time counts. */
    boolean isSilent() {
        return verdict instanceof Verdict.Unavailable;
    }

    /** The verdict's sentence. */
    String message() {
        return switch (verdict) {
            case Verdict.Pass ignored -> "";
            case Verdict.Fail fail -> fail.reason();
            case Verdict.Inconclusive inconclusive -> inconclusive.missing();
            case Verdict.Unavailable unavailable -> unavailable.cause();
        };
    }

    private static Check mode(Turn turn) {
        return turn.seen().mode() == Mode.Paused
                ? new Check(
                        "Paused",
                        new Verdict.Unavailable("spec.mode is Paused: nothing advances, going back still works"))
                : pass("Paused");
    }

    private static Check accepted(Turn turn) {
        return turn.seen().desired() instanceof Desired.Refused refused
                ? new Check(refused.reason(), new Verdict.Unavailable(RolloutPolicy.list(refused.problems())))
                : pass("Accepted");
    }

    private static Check routes(Turn turn, TrafficPlan plan) {
        for (RouteView view : turn.seen().routes()) {
            switch (view) {
                case RouteView.Gone gone -> {
                    return unavailable(
                            "RouteGone", gone.route() + " is gone; make it again with the two subsets, or abort");
                }
                case RouteView.Odd odd -> {
                    return unavailable("RouteNotManageable", odd.route() + ": " + odd.problem());
                }
                case RouteView.Unreadable unreadable -> {
                    return unavailable("RouteUnreadable", unreadable.route() + ": " + unreadable.cause());
                }
                case RouteView.Seen seen -> {
                    if (!seen.split().equals(plan.split()) || !seen.probeable().equals(plan.probeable())) {
                        return new Check(
                                "RouteNotSeen",
                                new Verdict.Inconclusive(seen.route() + " is not yet seen at " + plan.split()));
                    }
                }
            }
        }
        return turn.seen().routes().isEmpty()
                ? unavailable("RouteUnreadable", "no route was looked at")
                : pass("RouteSeen");
    }

    private static Check contest(Turn turn) {
        return turn.rollout().contest().isOn(turn.now())
                ? unavailable("Drift", "somebody else writes the weights; nothing is raised until they stop")
                : pass("Drift");
    }

    private static Check settled(Turn turn) {
        for (SlotView slot : List.of(turn.candidate(), turn.stable())) {
            if (!slot.isSettled()) {
                return unavailable(
                        "SlotRolling",
                        slot.deployment() + " has " + slot.ready() + " of " + slot.wanted() + " pods ready"
                                + (slot.othersServing() ? ", and pods of another template still serve" : ""));
            }
        }
        return pass("SlotRolling");
    }

    private static Check sessions(Turn turn, Live live) {
        return turn.seen().probes().sessionsMinted() && !live.run().plan().sessionsMayBreak()
                ? unavailable(
                        "SessionPinningMissing",
                        "the server mints sessions, and a weight would send their requests to the wrong version: make it"
                                + " stateless, or accept broken sessions with spec.sessions.pinning: None")
                : pass("SessionPinning");
    }

    private static Check drift(Turn turn, Live live) {
        String drift = turn.seen().probes().drift();
        return live instanceof Preparing && !drift.isEmpty()
                ? unavailable("ProtocolDrift", drift)
                : pass("ProtocolDrift");
    }

    private static Check unavailable(String reason, String cause) {
        return new Check(reason, new Verdict.Unavailable(cause));
    }

    private static Check pass(String reason) {
        return new Check(reason, new Verdict.Pass());
    }
}
