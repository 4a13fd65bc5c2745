package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.RolloutState.AwaitingApproval;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.Optional;

/** Pods enough for the share: asked for before a step, given back after the rollout, never taken from an autoscaler. */
final class Scaling {
    /* As long as Kubernetes lets a pod end its requests by default. */
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(30);

    private Scaling() {}

    /** The gate before the next share. */
    static Check check(Turn turn, Live live) {
        int needed = needed(turn, live);
        SlotView candidate = turn.candidate();
        if (candidate.ready() >= needed) {
            return new Check(Check.UNDERSIZED, new Verdict.Pass(), false);
        }
        String message = candidate.deployment() + " has " + candidate.ready() + " ready pods, but "
                + nextShare(turn, live) + " of new sessions needs " + needed + ", for stable had "
                + live.run().stableAtStart() + " at the start; ";
        return new Check(Check.UNDERSIZED, new Verdict.Unavailable(message + way(turn, live, needed)), false);
    }

    private static String way(Turn turn, Live live, int needed) {
        Optional<SlotView.Scaler> scaler = turn.candidate().scaler();
        if (scaler.isPresent()) {
            return "make " + scaler.get().name() + " keep at least " + needed;
        }
        return live.run().plan().capacity().follows()
                ? "it is being scaled"
                : "scale it to " + needed + ", or set spec.capacity.scale: Follow";
    }

    /** Asks for the pods of the next share, and remembers how many there were before. */
    static Turn up(Turn turn, Live live) {
        int needed = needed(turn, live);
        SlotView candidate = turn.candidate();
        if (!live.run().plan().capacity().follows()
                || turn.seen().mode() != Mode.Active
                || candidate.scaler().isPresent()
                || candidate.wanted() >= needed) {
            return turn;
        }
        Slot slot = turn.rollout().candidate();
        Turn asking = turn.with(new Effect.Scale(slot, needed));
        return turn.rollout().memory(slot).scaled().isPresent()
                ? asking
                : asking.with(turn.rollout()
                                .withSlot(slot, turn.rollout().memory(slot).scaledFrom(candidate.wanted())))
                        .telling(
                                false,
                                "Scaling",
                                candidate.deployment() + " is scaled from " + candidate.wanted() + " to " + needed
                                        + " pods, and back after the rollout");
    }

    /** Gives back what was asked for, once nothing goes to the candidate any more; never to 0. */
    static Turn down(Turn turn) {
        Slot slot = turn.rollout().candidate();
        var memory = turn.rollout().memory(slot);
        boolean keepsSessions = turn.rollout()
                .drain()
                .filter(drain -> drain.pin().slot() == slot && !drain.pin().ended())
                .isPresent();
        if (memory.scaled().isEmpty() || keepsSessions) {
            return turn;
        }
        var scaled = memory.scaled().get();
        if (scaled.idleSince().isEmpty()) {
            return turn.with(turn.rollout().withSlot(slot, memory.idleSince(turn.now())));
        }
        if (turn.now().isBefore(scaled.idleSince().get().plus(LAST_REQUESTS))) {
            return turn;
        }
        SlotView view = turn.candidate();
        boolean done = view.wanted() <= scaled.from() || view.scaler().isPresent();
        return done
                ? turn.with(turn.rollout().withSlot(slot, memory.unscaled()))
                : turn.with(new Effect.Scale(slot, Math.max(1, scaled.from())));
    }

    /** Why worse answers may come from too few pods for the present share; empty when there are enough. */
    static Optional<String> excuse(Turn turn, Live live) {
        int needed =
                live.run().plan().capacity().needed(live.weight(), live.run().stableAtStart());
        int ready = turn.candidate().ready();
        return ready < needed
                ? Optional.of(turn.candidate().deployment() + " has " + ready + " ready pods where " + live.weight()
                        + " needs " + needed)
                : Optional.empty();
    }

    /** What stable lacks of the pods it had at the start, as a sentence; empty when it lacks nothing. */
    static Optional<String> shrunk(Turn turn, Live live) {
        int ready = turn.stable().ready();
        int before = live.run().stableAtStart();
        return live.weight().isAbove(Weight.NONE) && ready < before
                ? Optional.of(turn.stable().deployment() + " has " + ready + " ready pods, " + before
                        + " when the rollout began")
                : Optional.empty();
    }

    /** Ready pods that stable must have before all sessions return to it: as many as it had, unless fewer carry them now. */
    static int wayBack(Turn turn, Live live) {
        int pods = Math.min(live.run().stableAtStart(), turn.candidate().ready());
        return live.run().plan().capacity().needed(Weight.ALL, pods);
    }

    private static int needed(Turn turn, Live live) {
        return live.run()
                .plan()
                .capacity()
                .needed(nextShare(turn, live), live.run().stableAtStart());
    }

    private static Weight nextShare(Turn turn, Live live) {
        if (live instanceof Restoring || Advance.isHurried(turn, live.run())) {
            return Weight.ALL;
        }
        int step = switch (live) {
            case Stepping stepping -> stepping.step();
            case AwaitingApproval awaiting -> awaiting.step();
            default -> -1;
        };
        return live.run().plan().weightAfter(step);
    }
}
