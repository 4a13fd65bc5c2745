package io.mcprollout.policy.rollout;

import io.mcprollout.policy.evidence.Cohort;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.util.Optional;

/** When an attempt begins: a change of the candidate slot, never a mere difference. */
final class Start {
    private Start() {}

    /** Begins an attempt if there is something new to roll out and nothing is missing, else says why not. */
    static Decision from(Turn before, Resting resting, boolean retry) {
        Turn turn = before.with(level(before, rehashed(before)));
        if (turn.seen().deleting()) {
            return turn.release("Nothing is being rolled out.");
        }
        Optional<Revision> due = turn.candidate().revision().filter(offered -> retry || isNew(turn, offered));
        Optional<Plan> plan = possible(turn);
        if (due.isPresent() && plan.isPresent()) {
            return begin(turn, resting, due.get(), plan.get());
        }
        return Quiet.rest(turn, resting, Undo.offered(turn, resting, resting(turn, resting)));
    }

    /* A newer controller may hash templates in another way, which changes every hash and no template. */
    private static Rollout rehashed(Turn turn) {
        Rollout rollout = turn.rollout();
        for (Slot slot : Slot.values()) {
            Optional<Revision> settled = rollout.memory(slot).settled();
            Optional<Revision> seen = turn.seen().slot(slot).revision();
            if (settled.isPresent() && seen.isPresent() && !settled.get().isComparable(seen.get())) {
                rollout = rollout.settled(slot, seen);
            }
        }
        return rollout;
    }

    /* What is the same as stable has been seen and is nothing to release: it stays so when stable becomes another. */
    private static Rollout level(Turn turn, Rollout rollout) {
        Optional<Revision> offered = turn.candidate().revision();
        boolean same = offered.isPresent() && offered.equals(turn.stable().revision());
        return !same || offered.equals(rollout.memory(rollout.candidate()).settled())
                ? rollout
                : rollout.settled(rollout.candidate(), offered);
    }

    /** What an attempt could do that begins now, whatever the revision; empty when none can begin. */
    static Optional<Plan> possible(Turn turn) {
        return turn.seen().desired() instanceof Desired.Accepted accepted
                        && turn.seen().mode() == Mode.Active
                        && turn.stable().isPure()
                        && turn.closed().isEmpty()
                        && turn.candidate().wanted() > 0
                ? Optional.of(accepted.plan())
                : Optional.empty();
    }

    private static boolean isNew(Turn turn, Revision offered) {
        Rollout rollout = turn.rollout();
        return !Optional.of(offered).equals(rollout.memory(rollout.candidate()).settled())
                && !Optional.of(offered).equals(turn.stable().revision())
                && !rollout.isCondemned(offered);
    }

    private static Decision begin(Turn turn, Resting resting, Revision offered, Plan plan) {
        Rollout rollout = turn.rollout()
                .pardoning(offered)
                .counting(offered)
                .nextAttempt()
                .settled(turn.rollout().stable(), turn.stable().revision());
        Slot slot = rollout.candidate();
        rollout = Keeping.begin(rollout, offered);
        Run run = new Run(
                plan,
                new Cohort(turn.stable().revision().orElseThrow(), offered),
                rollout.attempt(),
                rollout.startsOf(offered) - 1,
                new PinId(rollout.stable(), rollout.memory(rollout.stable()).incarnation()),
                new PinId(slot, rollout.memory(slot).incarnation()),
                turn.now(),
                turn.stable().ready());
        String message =
                "Rolling out " + offered + " of " + turn.candidate().deployment() + ", attempt " + run.attempt();
        Turn told = turn.with(rollout).telling(false, "Started", message);
        return turn.stable()
                .scaler()
                .filter(SlotView.Scaler::mayShrink)
                .map(scaler -> told.telling(true, "StableMayShrink", scaler.warning()))
                .orElse(told)
                .live(resting.start(run), Rationale.of("Started", message));
    }

    static Rationale resting(Turn turn, Resting resting) {
        Rollout rollout = turn.rollout();
        Optional<Revision> offered = turn.candidate().revision();
        if (turn.seen().desired() instanceof Desired.Refused refused) {
            return waits(refused.reason(), RolloutPolicy.list(refused.problems()));
        }
        String deployment = turn.candidate().deployment();
        if (offered.isEmpty()) {
            return waits("NoCandidate", "the next release is the Deployment " + deployment + ", which does not exist");
        }
        if (offered.equals(turn.stable().revision())) {
            return waits("UpToDate", deployment + " is the same as stable; change its template to release");
        }
        String command = "mcprollout.io/retry=" + offered.get() + "#" + rollout.attempt();
        if (rollout.isCondemned(offered.get())) {
            String why = resting instanceof RolloutState.RolledBack back ? ": " + back.reason() : "";
            return waits(
                    "Condemned",
                    offered.get() + " was rolled back" + why + "; push another revision, or annotate " + command);
        }
        if (offered.equals(rollout.memory(rollout.candidate()).settled())) {
            return waits(
                    "Settled",
                    deployment + " has not changed; change its template, or to roll out what it has annotate "
                            + command);
        }
        return waits(turn);
    }

    private static Rationale waits(Turn turn) {
        if (turn.seen().mode() == Mode.Paused) {
            return waits("Paused", "a new revision waits until spec.mode is Active");
        }
        if (turn.candidate().wanted() == 0) {
            return waits(
                    "NoCandidate",
                    "a new revision waits until " + turn.candidate().deployment() + " has replicas");
        }
        return waits(
                "StableNotReady",
                "a new revision waits until " + turn.stable().deployment() + " has ready pods of one template only");
    }

    static Rationale waits(String reason, String message) {
        return new Rationale(reason, message, Optional.empty(), "looked at again whenever something changes");
    }
}
