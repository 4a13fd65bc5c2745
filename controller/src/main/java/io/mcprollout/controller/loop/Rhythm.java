package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Decision.Act;
import io.mcprollout.policy.rollout.RolloutState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When a rollout is looked at again though nothing happens to it. */
final class Rhythm {
    /** After the first failure of a write. */
    static final Duration RETRY = Duration.ofMillis(500);
    /** After any failure, for ever. */
    static final Duration SLOWEST_RETRY = Duration.ofSeconds(5);

    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration FASTEST = Duration.ofMillis(100);
    private static final Duration RECHECK = Duration.ofSeconds(30);

    private final StatusBudget budget;

    /** With what says when status may be written again. */
    Rhythm(StatusBudget budget) {
        this.budget = budget;
    }

    /** How long after this look; empty when only a change can matter. */
    Optional<Duration> next(RolloutKey key, Look look, Working working) {
        Decision decision = look.decision();
        int failures = working.trouble().times();
        if (failures > 0) {
            Duration wait = RETRY.multipliedBy(1L << Math.min(failures - 1, 4));
            return Optional.of(wait.compareTo(SLOWEST_RETRY) > 0 ? SLOWEST_RETRY : wait);
        }
        if (look.isTransition()) {
            return Optional.of(AT_ONCE);
        }
        return switch (decision.next().state()) {
            case RolloutState.RollingBack ignored -> Optional.of(FASTEST);
            case RolloutState.Blocked ignored -> Optional.of(SLOWEST_RETRY);
            case RolloutState.Live ignored -> Optional.of(pace(decision.pacing()));
            case RolloutState.Initializing ignored -> Optional.of(RECHECK);
            case RolloutState.Resting ignored when decision.act() == Act.RELEASE -> Optional.empty();
            case RolloutState.Resting ignored
            when decision.next().drain().isPresent() -> Optional.of(pace(decision.pacing()));
            case RolloutState.Resting ignored -> resting(key, look, working);
        };
    }

    /* Nothing but a change matters, unless there is something to be mended, to be undone later, or still to be told. */
    private Optional<Duration> resting(RolloutKey key, Look look, Working working) {
        List<Instant> times = new ArrayList<>();
        if (!look.problems().isEmpty() || look.decision().next().isToScaleDown()) {
            times.add(look.now().plus(RECHECK));
        }
        look.decision().rationale().until().ifPresent(times::add);
        if (!look.told().equals(working.pulse().told())) {
            times.add(budget.due(key, working.pulse().saved()));
        }
        return times.stream()
                .min(Instant::compareTo)
                .map(time -> Duration.between(look.now(), time))
                .map(wait -> wait.compareTo(RETRY) < 0 ? RETRY : wait);
    }

    private static Duration pace(Decision.Pacing pacing) {
        Duration pairs = pacing.pairs().orElse(SLOWEST_RETRY);
        Duration scrapes = pacing.scrapes().orElse(SLOWEST_RETRY);
        Duration faster = pairs.compareTo(scrapes) < 0 ? pairs : scrapes;
        return faster.compareTo(FASTEST) < 0 ? FASTEST : faster;
    }
}
