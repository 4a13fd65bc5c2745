package io.mcprollout.policy.rollout;

import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.SlotView.Fact;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What befalls pods without their version's doing: it takes traffic away and holds, but condemns nothing. */
final class Weather {
    /* Long enough for liveness probes to end every pod that hangs on the same broken dependency. */
    private static final Duration SAME_WINDOW = Duration.ofMinutes(2);
    /* Requests that a lost pod failed are counted at the readings that follow its end, not at it. */
    private static final Duration AFTERMATH = Duration.ofMinutes(1);

    private Weather() {}

    /** What speaks against the candidate: the first fact of this attempt whose like has not befallen stable as well. */
    static Optional<Fact> against(Turn turn, Live live) {
        return turn.candidate().facts().stream()
                .filter(fact -> fact.kind().isAgainstVersion() && isOf(live, fact) && !befellStable(turn, live, fact))
                .findFirst();
    }

    /** What keeps the candidate from its best and is not its own doing: a fact of the cluster, or one that stable shares. */
    static Optional<Fact> over(Turn turn, Live live) {
        return turn.candidate().facts().stream()
                .filter(fact -> !fact.kind().isAgainstVersion() || (isOf(live, fact) && befellStable(turn, live, fact)))
                .findFirst();
    }

    /** Why answers that were worse may be no fault of the version; empty when nothing excuses them. */
    static Optional<String> excuse(Turn turn, Live live) {
        return over(turn, live)
                .map(fact -> fact.pod() + " " + fact.detail())
                .or(() -> turn.now().isBefore(live.roughUntil())
                        ? Optional.of("a pod was lost a moment ago")
                        : Optional.empty());
    }

    /** Until when failures that are seen may stem from what is seen now, or was before. */
    static Instant roughUntil(Turn turn, Live live) {
        return over(turn, live).isPresent() ? aftermath(turn.now()) : live.roughUntil();
    }

    /** Until when failures that are seen may stem from what has ended now. */
    static Instant aftermath(Instant now) {
        return now.plus(AFTERMATH);
    }

    /* A crash loop is a fact of now, whenever it was seen first; any other speaks of an attempt only if it came in it. */
    private static boolean isOf(Live live, Fact fact) {
        return fact.kind() == SlotView.Kind.CRASH_LOOP
                || !fact.at().isBefore(live.run().startedAt());
    }

    private static boolean befellStable(Turn turn, Live live, Fact fact) {
        return turn.stable().facts().stream()
                .anyMatch(other -> other.kind().isLike(fact.kind())
                        && isOf(live, other)
                        && Duration.between(other.at(), fact.at()).abs().compareTo(SAME_WINDOW) <= 0);
    }
}
