package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.Decision.Pacing;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One decision in the making: what is remembered, what is seen, and what is to be told. */
record Turn(Rollout rollout, Observation seen, List<Effect> effects) {
    /* While nobody uses the candidate, broken versions should show at once. */
    private static final Duration SLOWEST_PREFLIGHT_PAIR = Duration.ofSeconds(5);
    private static final Duration BURST_PAIR = Duration.ofSeconds(1);
    private static final Duration LISTENS = Duration.ofSeconds(5);

    Instant now() {
        return seen.now();
    }

    SlotView stable() {
        return seen.slot(rollout.stable());
    }

    SlotView candidate() {
        return seen.slot(rollout.candidate());
    }

    /** Why a managed route may not be touched, as its owner wants it; empty when all may. */
    Optional<String> closed() {
        return seen.routes().stream().flatMap(view -> view.closed().stream()).findFirst();
    }

    Turn with(Rollout next) {
        return new Turn(next, seen, effects);
    }

    Turn telling(boolean warning, String reason, String message) {
        return with(new Effect.Announce(warning, reason, message));
    }

    Turn with(Effect effect) {
        List<Effect> more = new ArrayList<>(effects);
        more.add(effect);
        return new Turn(rollout, seen, List.copyOf(more));
    }

    /** Nothing is rolled out: no route is touched and no evidence is gathered. */
    Decision rest(RolloutState state, Rationale rationale) {
        return rest(state, Act.LEAVE, rationale);
    }

    /** Nothing is rolled out; the act says whether the routes are put back to where they belong. */
    Decision rest(RolloutState state, Act act, Rationale rationale) {
        Turn scaled = Scaling.down(this);
        return new Decision(scaled.rollout.in(state), untouched(), act, listening(), scaled.effects, rationale);
    }

    /* Whether sessions are over is heard from the mesh. */
    private Pacing listening() {
        return rollout.drain().isEmpty() ? Pacing.NONE : new Pacing(Optional.empty(), Optional.of(LISTENS));
    }

    /** The controller's own traces go, then the resource may go. */
    Decision release(String message) {
        return new Decision(rollout, untouched(), Act.RELEASE, Pacing.NONE, effects, Rationale.of("Deleted", message));
    }

    /** An attempt goes on in this state. */
    Decision live(Live state, Rationale rationale) {
        return live(state, Act.HOLD, rationale);
    }

    Decision live(Live state, Act act, Rationale rationale) {
        Act safe = act == Act.HOLD && (feedsUnready(state) || mayNot(state)) ? Act.LEAVE : act;
        return new Decision(rollout.in(state), Keeping.plan(rollout, state), safe, pacing(state), effects, rationale);
    }

    /* What its owner has closed is touched once more, to give it back. */
    private boolean mayNot(Live state) {
        boolean givesBack = state instanceof RolloutState.Returning returning && returning.moved();
        return closed().isPresent() && !givesBack;
    }

    /* A slot without ready pods gets nothing that it did not have; only going back asks nobody. */
    private boolean feedsUnready(Live state) {
        return seen.routes().stream()
                .flatMap(view -> Retreat.share(view).stream())
                .anyMatch(share -> (state.weight().isAbove(share) && candidate().ready() < 1)
                        || (share.isAbove(state.weight()) && stable().ready() < 1));
    }

    /** All traffic returns, from now on and whatever happens. */
    Decision goBack(Live from, Cause cause, String reason) {
        RollingBack back = from.goBack(cause, reason, now());
        Turn told = leaving(from).telling(cause.condemns(), cause.name(), "Going back to 100/0: " + reason);
        return Scaling.shrunk(this, from)
                .map(why -> told.telling(true, "StableUndersized", "All traffic returns all the same: " + why))
                .orElse(told)
                .rollingBack(back);
    }

    Decision rollingBack(RollingBack back) {
        Rollout next = back.cause().condemns() ? rollout.condemning(back.run().revision()) : rollout;
        return new Decision(
                next.in(back),
                back.run()
                        .ended()
                        .keeping(Keeping.left(next, back.run().plan().sessions().byGateway())),
                Act.HOLD,
                Pacing.NONE,
                effects,
                new Rationale(
                        back.cause().name(),
                        back.reason(),
                        Optional.empty(),
                        "written again until the routes are seen at 100/0"));
    }

    /* Who never had users has no sessions. */
    private Turn leaving(Live from) {
        return from.weight().isAbove(Weight.NONE) ? with(Keeping.goingBack(this, from.run())) : this;
    }

    /** What the routes must say while nothing is rolled out. */
    TrafficPlan untouched() {
        return new TrafficPlan(Split.allStable(rollout.stable()), Set.of(), Keeping.left(rollout, isWhole()));
    }

    /** Whether the whole route is the controller's own: then nobody else makes it, and without it nobody is served. */
    boolean isWhole() {
        return rollout.run()
                .map(Run::plan)
                .or(() -> seen.desired() instanceof Desired.Accepted accepted
                        ? Optional.of(accepted.plan())
                        : Optional.empty())
                .map(plan -> plan.sessions().byGateway())
                .orElseGet(this::looksWhole);
    }

    /* While no spec says: only such a route names stable's incarnation when nothing is rolled out. */
    private boolean looksWhole() {
        return seen.routes().stream()
                .anyMatch(view -> view instanceof RouteView.Seen route
                        && route.sessions().pins().containsKey(rollout.stable()));
    }

    private Pacing pacing(Live state) {
        var numbers = state.run().plan().numbers();
        return switch (state) {
            case RolloutState.Blocked ignored -> Pacing.NONE;
            case RolloutState.Preparing ignored ->
                new Pacing(
                        Optional.of(shorter(numbers.pairInterval(), SLOWEST_PREFLIGHT_PAIR)),
                        Optional.of(numbers.scrapeInterval()));
            default ->
                new Pacing(
                        Optional.of(
                                seen.evidence().burst()
                                        ? shorter(numbers.pairInterval(), BURST_PAIR)
                                        : numbers.pairInterval()),
                        Optional.of(numbers.scrapeInterval()));
        };
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
