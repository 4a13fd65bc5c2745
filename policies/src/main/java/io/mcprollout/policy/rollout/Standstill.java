package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Decision.Rationale;
import io.mcprollout.policy.rollout.RolloutState.Blocked;
import io.mcprollout.policy.rollout.RolloutState.Preparing;
import io.mcprollout.policy.rollout.SlotView.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** An attempt that the cluster keeps from going on: no weight, nothing condemned, and on it goes by itself. */
final class Standstill {
    /* Whoever failed in the weather waits for a calm that doubles each time, so that a bad version cannot come back all day. */
    private static final Duration FIRST_CALM = Duration.ofSeconds(30);
    private static final int MOST_DOUBLINGS = 6;

    private Standstill() {}

    /** The block that a preflight without any pod runs into; empty when there is none. */
    static Optional<Decision> of(Turn turn, Preparing state) {
        return turn.candidate().ready() > 0
                ? Optional.empty()
                : infrastructure(turn).map(fact -> {
                    String cause = fact.pod() + " " + fact.detail();
                    return turn.telling(true, "CanaryDisrupted", cause)
                            .live(state.block(cause, turn.now()), disrupted(Cause.CanaryDisrupted, cause));
                });
    }

    /** Waits for the cluster. Evidence that was gathered in the weather is not judged; it begins anew. */
    static Decision blocked(Turn turn, Blocked state) {
        if (turn.candidate().ready() == 0 || infrastructure(turn).isPresent()) {
            return Advance.guarded(turn, state.at(StepClock.start(turn.now())), disrupted(state.why(), state.cause()));
        }
        boolean spoiled = turn.seen().evidence().verdict() instanceof Verdict.Fail;
        Blocked now = state.at(state.clock().tick(turn.now(), turn.seen().interval(), true));
        Duration left = spoiled ? calm(state.run()).minus(now.clock().held()) : Duration.ZERO;
        if (left.isPositive()) {
            return Advance.guarded(turn, now, calming(state, turn.now().plus(left)));
        }
        Turn told = turn.telling(false, "Resumed", "Pods of " + turn.candidate().deployment() + " are ready again");
        Rationale resumed = Rationale.of("Resumed", "back to the preflight at weight 0");
        if (!spoiled) {
            return told.live(now.resume(now.run(), turn.now(), Weather.aftermath(turn.now())), resumed);
        }
        Rollout rollout = turn.rollout().counting(state.run().revision());
        Run again = state.run().again(rollout.startsOf(state.run().revision()) - 1, turn.now());
        return told.with(rollout).live(now.resume(again, turn.now(), Instant.EPOCH), resumed);
    }

    /** What is said while the cluster is awaited. */
    static Rationale disrupted(Cause why, String cause) {
        return new Rationale(
                why.name(), cause, Optional.empty(), "goes on by itself when the candidate's pods are ready");
    }

    private static Rationale calming(Blocked state, Instant until) {
        return new Rationale(
                state.why().name(),
                state.cause() + "; its pods are ready again",
                Optional.of(until),
                "goes on if they stay so, with evidence begun anew");
    }

    private static Duration calm(Run run) {
        return FIRST_CALM.multipliedBy(1L << Math.min(run.restart(), MOST_DOUBLINGS));
    }

    private static Optional<Fact> infrastructure(Turn turn) {
        return turn.candidate().facts().stream()
                .filter(fact -> fact.kind().isInfrastructure())
                .findFirst();
    }
}
