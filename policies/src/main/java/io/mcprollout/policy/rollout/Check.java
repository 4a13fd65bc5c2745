package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One question that must pass before a rollout goes on.
 *
 * @param reason its machine-readable name
 * @param ofCandidate whether a missing answer may be held against the candidate when the deadline has passed
 */
record Check(String reason, Verdict verdict, boolean ofCandidate) {
    private static final String DISRUPTED = "CanaryDisrupted";
    static final String UNDERSIZED = "CanaryUndersized";
    static final String UNCONTROLLED = "UncontrolledPath";
    static final String CLOSED = "NamespaceNotAllowed";
    static final String OUTSIDE = "TrafficOutsideRoute";

    /* How a question ends whose answer the cluster owes, and for which no deadline runs. */
    private static final Map<String, String> MENDED = Map.of(
            DISRUPTED, "goes on by itself when the candidate's pods are ready",
            UNDERSIZED, "goes on when the candidate has so many ready pods",
            UNCONTROLLED, "looked for again every 30s; goes on when none is left",
            OUTSIDE, "goes on when none was counted for " + Paths.QUIET.toMinutes() + "m");

    /** Every question, the ones that people can mend first. */
    static List<Check> all(Turn turn, Live live) {
        List<Check> checks = new ArrayList<>();
        checks.add(mode(turn));
        checks.add(accepted(turn));
        checks.add(routes(turn, Keeping.plan(turn.rollout(), live)));
        checks.add(followed(turn, live));
        checks.add(contest(turn));
        checks.add(laid(turn, live));
        checks.add(taken(turn, live));
        checks.add(settled(turn, live));
        checks.add(Scaling.check(turn, live));
        checks.add(Keeping.check(turn, live));
        checks.add(drift(turn, live));
        checks.add(evidence(turn, live));
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

    /** Whether the cluster is awaited, for which no deadline runs. */
    boolean isOfTheCluster() {
        return MENDED.containsKey(reason);
    }

    /** How a question ends whose answer the cluster owes. */
    String mended() {
        return MENDED.getOrDefault(reason, "");
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
                        new Verdict.Unavailable("spec.mode is Paused: nothing advances, going back still works"),
                        false)
                : pass("Paused");
    }

    private static Check accepted(Turn turn) {
        return turn.seen().desired() instanceof Desired.Refused refused
                ? new Check(refused.reason(), new Verdict.Unavailable(RolloutPolicy.list(refused.problems())), false)
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
                    return unavailable(
                            odd.isClosed() ? CLOSED : "RouteNotManageable", odd.route() + ": " + odd.problem());
                }
                case RouteView.Unreadable unreadable -> {
                    return unavailable("RouteUnreadable", unreadable.route() + ": " + unreadable.cause());
                }
                case RouteView.Seen seen -> {
                    if (!seen.follows(plan)) {
                        return new Check(
                                "RouteNotSeen",
                                new Verdict.Inconclusive(seen.route() + " is not yet seen at " + plan.split()),
                                false);
                    }
                }
            }
        }
        return turn.seen().routes().isEmpty()
                ? unavailable("RouteUnreadable", "no route was looked at")
                : pass("RouteSeen");
    }

    /* A route that was written is not yet one that is followed. */
    private static Check followed(Turn turn, Live live) {
        String wanted = Keeping.plan(turn.rollout(), live).echo();
        return turn.seen().probes().echoes().stream().allMatch(wanted::equals)
                ? pass("GatewayFollows")
                : unavailable("GatewayNotFollowing", "a gateway does not follow the route as it was written yet");
    }

    private static Check contest(Turn turn) {
        return turn.rollout().contest().isOn(turn.now())
                ? unavailable("Drift", "somebody else writes the weights; nothing is raised until they stop")
                : pass("Drift");
    }

    private static Check laid(Turn turn, Live live) {
        List<String> open =
                isGuarded(turn, live) ? turn.seen().paths().map(Paths::open).orElse(List.of()) : List.of();
        return open.isEmpty()
                ? pass(UNCONTROLLED)
                : unavailable(UNCONTROLLED, Paths.told(open) + ". Accept it with spec.traffic.allowUncontrolled: true");
    }

    private static Check taken(Turn turn, Live live) {
        Paths paths = turn.seen().paths().orElse(Paths.NONE);
        if (!isGuarded(turn, live)) {
            return pass(OUTSIDE);
        }
        if (paths.outside().isPresent()) {
            return unavailable(
                    OUTSIDE, paths.outside().get().sentence(turn.candidate().deployment()));
        }
        return paths.deaf()
                ? new Check(
                        OUTSIDE,
                        new Verdict.Inconclusive("the mesh is listened to for requests past the routes"),
                        false)
                : pass(OUTSIDE);
    }

    /* Whoever promotes by command gives the candidate everybody at once: nothing is left that could go past the weights. */
    private static boolean isGuarded(Turn turn, Live live) {
        return Paths.matterTo(live)
                && !Advance.isHurried(turn, live.run())
                && !(turn.seen().desired() instanceof Desired.Accepted accepted && accepted.uncontrolledAllowed());
    }

    private static Check settled(Turn turn, Live live) {
        SlotView candidate = turn.candidate();
        Optional<SlotView.Fact> weather = Weather.over(turn, live)
                .filter(fact -> !candidate.isSettled() || !fact.kind().isAgainstVersion());
        if (weather.isPresent()) {
            SlotView.Fact fact = weather.get();
            return unavailable(DISRUPTED, fact.pod() + " " + fact.detail() + "; " + pods(candidate));
        }
        if (!candidate.isSettled()) {
            return new Check("SlotRolling", new Verdict.Unavailable(pods(candidate)), true);
        }
        return turn.stable().isSettled() ? pass("SlotRolling") : unavailable("SlotRolling", pods(turn.stable()));
    }

    private static String pods(SlotView slot) {
        return slot.deployment() + " has " + slot.ready() + " of " + slot.wanted() + " pods ready"
                + (slot.othersServing() ? ", and pods of another template still serve" : "");
    }

    /* Whoever promotes by command vouches for what evidence has not shown, never against what it has. */
    private static Check evidence(Turn turn, Live live) {
        Verdict verdict = turn.seen().evidence().verdict();
        return Advance.isHurried(turn, live.run()) && !(verdict instanceof Verdict.Fail)
                ? pass("Evidence")
                : new Check("Evidence", verdict, true);
    }

    private static Check drift(Turn turn, Live live) {
        String drift = turn.seen().probes().drift();
        return live instanceof Preparing && !drift.isEmpty()
                ? new Check("ProtocolDrift", new Verdict.Unavailable(drift), true)
                : pass("ProtocolDrift");
    }

    private static Check unavailable(String reason, String cause) {
        return new Check(reason, new Verdict.Unavailable(cause), false);
    }

    private static Check pass(String reason) {
        return new Check(reason, new Verdict.Pass(), false);
    }
}
