package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.Command.Kind;
import io.mcprollout.policy.rollout.RolloutState.AwaitingApproval;
import io.mcprollout.policy.rollout.RolloutState.Initializing;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.RolloutState.Promoted;
import io.mcprollout.policy.rollout.RolloutState.Resting;
import io.mcprollout.policy.rollout.RolloutState.Restoring;
import io.mcprollout.policy.rollout.RolloutState.Returning;
import io.mcprollout.policy.rollout.RolloutState.RollingBack;
import io.mcprollout.policy.rollout.RolloutState.Stepping;
import io.mcprollout.policy.traffic.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The commands that count in this turn; each is consumed when it counts or can never count again, and waits otherwise.
 *
 * @param counted what is ordered in this turn
 */
record Orders(Turn turn, List<Command> counted) {
    Orders {
        counted = List.copyOf(counted);
    }

    static Orders take(Rollout rollout, Observation seen) {
        Orders orders = new Orders(new Turn(rollout, seen, List.of()), List.of());
        for (Command command : seen.commands()) {
            if (!orders.turn.rollout().consumed().contains(command)) {
                orders = orders.take(command);
            }
        }
        return orders;
    }

    /** Whether something is ordered. */
    boolean has(Kind kind) {
        return first(kind).isPresent();
    }

    /** The order of a kind. */
    Optional<Command> first(Kind kind) {
        return counted.stream().filter(command -> command.kind() == kind).findFirst();
    }

    private Orders take(Command command) {
        return switch (command.kind()) {
            case Abort -> abort(command);
            case Retry -> retry(command);
            case Promote -> promote(command);
            case Undo -> undo(command);
            case Approve -> approve(command);
            case Adopt -> adopt(command);
        };
    }

    private Orders abort(Command command) {
        RolloutState state = turn.rollout().state();
        if (state instanceof RollingBack) {
            return this;
        }
        boolean can = state instanceof Live live
                && !(live instanceof Returning)
                && !(live instanceof Restoring)
                && names(command, live.run());
        return can
                ? counting(command)
                : useless(
                        command,
                        "only the revision and attempt that are being rolled out can be aborted"
                                + (state instanceof Promoted || state instanceof Returning
                                        ? "; what is promoted is taken back by undo"
                                        : ""));
    }

    private Orders retry(Command command) {
        RolloutState state = turn.rollout().state();
        Optional<Revision> offered = turn.candidate().revision();
        if (state instanceof RollingBack || state instanceof Initializing) {
            return this;
        }
        if (state instanceof Resting
                && names(command, offered)
                && !offered.equals(turn.stable().revision())) {
            return Start.possible(turn).isPresent() ? counting(command) : this;
        }
        return useless(
                command,
                "only the candidate's present revision can be retried, with the number of the last attempt, while nothing is rolled out");
    }

    /* Its effect is that of having counted: as long as the attempt lasts, holds and certificates are not asked for. */
    private Orders promote(Command command) {
        RolloutState state = turn.rollout().state();
        if (state instanceof RollingBack || state instanceof Initializing || state instanceof RolloutState.Blocked) {
            return this;
        }
        boolean can = state instanceof Preparing || state instanceof Stepping || state instanceof AwaitingApproval;
        return can && names(command, ((Live) state).run())
                ? counting(command)
                        .telling(
                                true,
                                "Promoting",
                                command.hash()
                                        + " is to get everything without waiting for holds and certificates, by command"
                                        + of(command))
                : useless(command, "only the revision and attempt that are being rolled out can be promoted");
    }

    private Orders undo(Command command) {
        RolloutState state = turn.rollout().state();
        if (!(state instanceof Promoted promoted) || !names(command, promoted.run())) {
            boolean soon = state instanceof Returning returning && names(command, returning.run());
            return soon ? this : useless(command, "only the revision that was promoted last can be undone");
        }
        Optional<String> hindrance = Undo.hindrance(turn, promoted);
        return hindrance.isPresent() ? useless(command, hindrance.get()) : counting(command);
    }

    /* Only a step that waits for it uses an approval; until then it waits, too. */
    private Orders approve(Command command) {
        RolloutState state = turn.rollout().state();
        if (state instanceof AwaitingApproval awaiting
                && names(command, awaiting.run())
                && command.step() == awaiting.wanted()) {
            return turn.seen().mode() == Mode.Paused ? this : counting(command);
        }
        int next = state instanceof Live live && names(command, live.run()) ? next(live) : Integer.MAX_VALUE;
        return command.step() >= next
                ? this
                : useless(
                        command,
                        "only the next steps of the revision and attempt that are being rolled out can be approved");
    }

    private static int next(Live live) {
        return switch (live) {
            case Preparing ignored -> 1;
            case RolloutState.Blocked ignored -> 1;
            case Stepping stepping -> stepping.step() + 2;
            case AwaitingApproval awaiting -> awaiting.wanted();
            default -> Integer.MAX_VALUE;
        };
    }

    /* Consumed by the adoption itself: it waits until that can be made. */
    private Orders adopt(Command command) {
        boolean named = turn.seen().slots().values().stream()
                .anyMatch(slot -> slot.deployment().equals(command.hash()));
        return turn.rollout().state() instanceof Initializing
                        && named
                        && command.attempt() == turn.rollout().attempt()
                ? with(turn, command)
                : useless(
                        command,
                        "only one of the two Deployments can be adopted as stable, with the number of the last attempt, while it is not"
                                + " known which one is");
    }

    private boolean names(Command command, Run run) {
        return run.attempt() == turn.rollout().attempt() && names(command, Optional.of(run.revision()));
    }

    private boolean names(Command command, Optional<Revision> revision) {
        return command.attempt() == turn.rollout().attempt()
                && revision.map(Revision::hash).equals(Optional.of(command.hash()));
    }

    private static String of(Command command) {
        return command.by().isEmpty() ? "" : " of " + command.by();
    }

    private Orders counting(Command command) {
        return with(turn.with(turn.rollout().consuming(command)), command);
    }

    private Orders with(Turn next, Command command) {
        List<Command> more = new ArrayList<>(counted);
        more.add(command);
        return new Orders(next, more);
    }

    private Orders telling(boolean warning, String reason, String message) {
        return new Orders(turn.telling(warning, reason, message), counted);
    }

    private Orders useless(Command command, String why) {
        String message = command + " had no effect: " + why + ".";
        Turn told = turn.with(turn.rollout().consuming(command)).telling(true, "CommandIgnored", message);
        return new Orders(told, counted);
    }
}
