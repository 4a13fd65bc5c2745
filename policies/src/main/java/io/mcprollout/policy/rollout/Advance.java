package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.AwaitingApproval;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Going on, or holding and saying what is awaited. */
final class Advance {
    /* A hold needs wall time and looks: one look after a long pause is not a held step. */
    private static final int FEWEST_TICKS = 3;

    private Advance() {}

    static Decision preparing(Turn turn, Preparing state) {
        Optional<Decision> block = Standstill.of(turn, state);
        if (block.isPresent()) {
            return block.get();
        }
        Check worst = Check.worst(Check.all(turn, state));
        Turn scaling = Scaling.up(turn, state);
        Preparing now = state.at(clock(turn, state.clock(), worst), Weather.roughUntil(turn, state));
        if (!isDue(turn, now.run(), -1, now.clock(), worst)) {
            return hold(scaling, now, now.clock(), -1, worst);
        }
        if (isHurried(turn, now.run())) {
            return raise(turn, now.hurry(turn.now()));
        }
        return now.run().plan().approvalAfter(-1).isPresent()
                ? asking(turn, now.await(turn.now()))
                : raise(turn, now.begin(turn.now()));
    }

    static Decision stepping(Turn turn, Stepping state) {
        boolean seen = state.seen()
                || turn.seen().routes().stream()
                        .allMatch(view -> Retreat.share(view).equals(Optional.of(state.weight())));
        Check worst = Check.worst(Check.all(turn, state));
        Turn scaling = Scaling.up(turn, state);
        Stepping now = state.at(clock(turn, state.clock(), worst), seen, Weather.roughUntil(turn, state));
        if (!isDue(turn, now.run(), now.step(), now.clock(), worst)) {
            return hold(scaling, now, now.clock(), now.step(), worst);
        }
        if (now.isBaking()) {
            return Return.promote(turn, now);
        }
        if (isHurried(turn, now.run())) {
            return raise(turn, now.hurry(turn.now()));
        }
        return now.run().plan().approvalAfter(now.step()).isPresent()
                ? asking(turn, now.await(turn.now()))
                : raise(turn, now.advance(turn.now()));
    }

    /** Waits for a person's word, with everything that could bring it back still looked at. */
    static Decision awaitingApproval(Turn turn, AwaitingApproval state, boolean approved) {
        Check worst = Check.worst(Check.all(turn, state));
        AwaitingApproval now = state.at(clock(turn, state.clock(), worst), Weather.roughUntil(turn, state));
        boolean given = approved || turn.rollout().consumed().contains(approval(now));
        if (isHurried(turn, now.run()) && worst.passes()) {
            return raise(turn, now.hurry(turn.now()));
        }
        if (given && worst.passes()) {
            return raise(turn, now.advance(turn.now()));
        }
        Turn scaling = Scaling.up(turn, state);
        if (given) {
            return hold(scaling, now, now.clock(), now.step(), worst);
        }
        Instant end = approvedUntil(now);
        boolean over = !turn.now().isBefore(end);
        if (over && turn.seen().mode() == Mode.Paused) {
            return guarded(scaling, now, late(now));
        }
        if (over) {
            return turn.goBack(
                    now,
                    Cause.NotApproved,
                    "nobody approved step " + now.wanted() + " of " + now.run().revision() + " in time");
        }
        return guarded(scaling, now, awaited(now));
    }

    private static Rationale late(AwaitingApproval state) {
        return new Rationale(
                "Paused",
                "nobody approved step " + state.wanted() + " in time, and spec.mode is Paused",
                Optional.empty(),
                "rolled back as not approved when spec.mode is Active, unless it is approved");
    }

    private static Decision asking(Turn turn, AwaitingApproval state) {
        Rationale why = awaited(state);
        return turn.telling(false, "AwaitingApproval", why.message()).live(state, why);
    }

    private static Instant approvedUntil(AwaitingApproval state) {
        return state.since().plus(state.run().plan().approvalAfter(state.step()).orElse(Duration.ZERO));
    }

    private static Rationale awaited(AwaitingApproval state) {
        Command wanted = approval(state);
        return new Rationale(
                "AwaitingApproval",
                "step " + state.wanted() + " (" + state.run().plan().weightAfter(state.step())
                        + ") waits for an approval: annotate mcprollout.io/approve=" + wanted.hash() + "#"
                        + wanted.attempt() + "/" + wanted.step(),
                Optional.of(approvedUntil(state)),
                "rolled back as not approved");
    }

    private static Command approval(AwaitingApproval state) {
        return new Command(
                Command.Kind.Approve, state.run().revision().hash(), state.run().attempt(), state.wanted(), "");
    }

    /** Whether a person ordered that this attempt waits for no hold and no certificate. */
    static boolean isHurried(Turn turn, Run run) {
        return turn.rollout()
                .consumed()
                .contains(Command.of(Command.Kind.Promote, run.revision().hash(), run.attempt()));
    }

    /** Holds the state's traffic, and says and undoes it when somebody raised the candidate's share. */
    static Decision guarded(Turn turn, Live state, Rationale why) {
        Rationale rationale = turn.closed()
                .filter(closed -> !why.reason().equals(Check.CLOSED))
                .map(why::and)
                .orElse(why);
        boolean gone = turn.seen().routes().stream()
                .anyMatch(view -> view instanceof RouteView.Gone || view instanceof RouteView.Odd);
        Optional<Weight> raised = turn.seen().routes().stream()
                .flatMap(view -> Retreat.share(view).stream())
                .filter(share -> share.isAbove(state.weight()))
                .findFirst();
        if (raised.isEmpty()) {
            return turn.live(state, gone ? Act.LEAVE : Act.HOLD, rationale);
        }
        if (turn.closed().isPresent()
                || turn.rollout().contest().isOn(turn.now())
                || turn.stable().ready() < 1) {
            return turn.live(state, Act.LEAVE, rationale);
        }
        Contest contest = turn.rollout().contest().again(turn.now());
        return turn.with(turn.rollout().with(contest))
                .telling(
                        true,
                        "Drift",
                        "Somebody raised the candidate's share to " + raised.get() + "; it is set back to "
                                + state.weight())
                .live(state, Act.HOLD, rationale);
    }

    private static Decision raise(Turn turn, Stepping next) {
        String message = "The candidate gets " + next.weight() + " of new sessions";
        return turn.telling(false, "Advanced", message).live(next, Rationale.of("Advanced", message));
    }

    private static StepClock clock(Turn turn, StepClock clock, Check worst) {
        boolean waitsForPeople = turn.seen().mode() == Mode.Paused;
        StepClock next = clock.tick(turn.now(), turn.seen().interval(), !worst.isSilent());
        return waitsForPeople ? new StepClock(next.last(), clock.held(), clock.silent(), clock.ticks()) : next;
    }

    private static boolean isDue(Turn turn, Run run, int step, StepClock clock, Check worst) {
        return worst.passes()
                && clock.ticks() >= FEWEST_TICKS
                && (isHurried(turn, run) || clock.held().compareTo(run.plan().hold(step)) >= 0);
    }

    private static Decision hold(Turn turn, Live state, StepClock clock, int step, Check worst) {
        var numbers = state.run().plan().numbers();
        boolean late = clock.held().compareTo(numbers.deadline()) >= 0;
        boolean silent = clock.silent().compareTo(numbers.noDataDeadline()) >= 0;
        if ((late || silent) && !worst.passes() && !worst.isOfTheCluster()) {
            String message = (late
                            ? "no verdict within " + words(numbers.deadline())
                            : "no answer for " + words(numbers.noDataDeadline()))
                    + ": " + worst.message();
            if (isRolledBack(numbers, worst)) {
                return turn.goBack(state, Cause.Inconclusive, message);
            }
            return guarded(
                    turn,
                    state,
                    new Rationale(
                            "Inconclusive",
                            message,
                            Optional.empty(),
                            "held; goes on when it can be answered, or abort it"));
        }
        return guarded(turn, state, awaited(turn, state, clock, step, worst));
    }

    private static Rationale awaited(Turn turn, Live state, StepClock clock, int step, Check worst) {
        var numbers = state.run().plan().numbers();
        Duration hold = state.run().plan().hold(step);
        if (worst.passes()) {
            Instant until = turn.now().plus(positive(hold.minus(clock.held())));
            String next = state.run().plan().isLast(step)
                    ? "promoted"
                    : state.run().plan().weightAfter(step).toString();
            return new Rationale(
                    "Holding", "the candidate is well; the step is held for " + words(hold), Optional.of(until), next);
        }
        if (worst.isOfTheCluster()) {
            return new Rationale(worst.reason(), worst.message(), Optional.empty(), worst.mended());
        }
        Duration left = worst.isSilent()
                ? numbers.noDataDeadline().minus(clock.silent())
                : numbers.deadline().minus(clock.held());
        String then = isRolledBack(numbers, worst) ? "rolled back" : "held as inconclusive";
        return new Rationale(
                worst.reason(), worst.message(), Optional.of(turn.now().plus(positive(left))), then);
    }

    /* What keeps the question open may be no doing of the candidate's; then the deadline blames nobody. */
    private static boolean isRolledBack(Numbers numbers, Check worst) {
        return numbers.onInconclusive() == DeadlineAction.Rollback && worst.ofCandidate();
    }

    private static Duration positive(Duration duration) {
        return duration.isNegative() ? Duration.ZERO : duration;
    }

    static String words(Duration duration) {
        List<String> parts = new ArrayList<>();
        if (duration.toHours() > 0) {
            parts.add(duration.toHours() + "h");
        }
        if (duration.toMinutesPart() > 0) {
            parts.add(duration.toMinutesPart() + "m");
        }
        if (duration.toSecondsPart() > 0 || parts.isEmpty()) {
            parts.add(duration.toSecondsPart() + "s");
        }
        return String.join("", parts);
    }
}
