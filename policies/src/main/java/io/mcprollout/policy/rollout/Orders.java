package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.traffic.Revision;
import java.util.List;
import java.util.Optional;

/** The commands that count in this turn; each is consumed when it counts or can never count again. */
record Orders(Turn turn, boolean abort, boolean retry) {
    static Orders take(Rollout rollout, Observation seen) {
        Orders orders = new Orders(new Turn(rollout, seen, List.of()), false, false);
        for (Command command : seen.commands()) {
            if (!orders.turn.rollout().consumed().contains(command)) {
                orders = orders.take(command);
            }
        }
        return orders;
    }

    private Orders take(Command command) {
        return switch (command.kind()) {
            case Abort -> abort(command);
            case Retry -> retry(command);
        };
    }

    private Orders abort(Command command) {
        RolloutState state = turn.rollout().state();
        if (state instanceof RolloutState.RollingBack) {
            return this;
        }
        if (state instanceof Live live
                && !(live instanceof Returning)
                && names(command, Optional.of(live.run().revision()))) {
            return new Orders(turn.with(turn.rollout().consuming(command)), true, retry);
        }
        return useless(command, "only the revision and attempt that are being rolled out can be aborted");
    }

    private Orders retry(Command command) {
        RolloutState state = turn.rollout().state();
        Optional<Revision> offered = turn.candidate().revision();
        if (state instanceof RolloutState.RollingBack || state instanceof RolloutState.Initializing) {
            return this;
        }
        if (state instanceof Resting
                && names(command, offered)
                && !offered.equals(turn.stable().revision())) {
            return Start.possible(turn).isPresent()
                    ? new Orders(turn.with(turn.rollout().consuming(command)), abort, true)
                    : this;
        }
        return useless(
                command,
                "only the candidate's present revision can be retried, with the number of the last attempt, while nothing is rolled out");
    }

    private boolean names(Command command, Optional<Revision> revision) {
        return command.attempt() == turn.rollout().attempt()
                && revision.map(Revision::hash).equals(Optional.of(command.hash()));
    }

    private Orders useless(Command command, String why) {
        String message = command + " had no effect: " + why + ".";
        return new Orders(
                turn.with(turn.rollout().consuming(command)).telling(true, "CommandIgnored", message), abort, retry);
    }
}
