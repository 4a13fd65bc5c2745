package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was seen since evidence of harm was lowest: where a difference, if there is one, most likely began.
 *
 * @param lowest natural logarithm of that evidence
 * @param stable trials of stable since then
 * @param candidate trials of the candidate since then
 * @param reasons of the candidate's failures since then, one for each code
 * @param streak of observations that raised the evidence
 */
record Onset(double lowest, Tally stable, Tally candidate, List<Reason> reasons, Streak streak) {
    private static final int MOST_REASONS = 3;
    private static final int LONGEST_EXAMPLE = 100;

    static final Onset NONE = new Onset(0, Tally.NONE, Tally.NONE, List.of(), Streak.NONE);

    /** A code that failed the candidate, how often, how it looked the first time, and the trace id of that probe. */
    record Reason(ProbeCode code, long count, String example, String trace) {}

    /** With further requests that the mesh counted, after which evidence has this logarithm. */
    Onset with(double logE, Tally moreStable, Tally moreCandidate) {
        return with(logE, moreStable, moreCandidate, null);
    }

    /** With one more probe of each, after which evidence has this logarithm. */
    Onset with(double logE, Tally moreStable, Tally moreCandidate, @Nullable Arm failed) {
        return logE <= lowest
                ? new Onset(logE, Tally.NONE, Tally.NONE, List.of(), streak)
                : new Onset(
                        lowest, stable.plus(moreStable), candidate.plus(moreCandidate), reasonsWith(failed), streak);
    }

    /** With another streak. */
    Onset with(Streak next) {
        return new Onset(lowest, stable, candidate, reasons, next);
    }

    /** The most frequent reason; the earlier one of two. */
    Optional<Reason> mainReason() {
        return reasons.stream().max(Comparator.comparingLong(Reason::count));
    }

    private List<Reason> reasonsWith(@Nullable Arm arm) {
        if (arm == null || !(arm.outcome() instanceof Outcome.Failed failed)) {
            return reasons;
        }
        List<Reason> next = new ArrayList<>();
        boolean known = false;
        for (Reason reason : reasons) {
            boolean same = reason.code == failed.code();
            known |= same;
            next.add(same ? new Reason(reason.code, reason.count + 1, reason.example, reason.trace) : reason);
        }
        if (!known && next.size() < MOST_REASONS) {
            next.add(new Reason(failed.code(), 1, Words.cut(failed.detail(), LONGEST_EXAMPLE), arm.trace()));
        }
        return List.copyOf(next);
    }

    void write(StateWriter out) {
        out.number(lowest).tally(stable).tally(candidate);
        out.all(
                reasons,
                (writer, reason) -> writer.text(reason.code.name())
                        .count(reason.count)
                        .text(reason.example)
                        .text(reason.trace));
        streak.write(out);
    }

    static Onset read(StateReader in) throws UnreadableState {
        return new Onset(
                in.number(),
                in.tally(),
                in.tally(),
                in.all(item -> new Reason(item.constant(ProbeCode.class), item.count(), item.text(), item.text())),
                Streak.read(in));
    }
}
