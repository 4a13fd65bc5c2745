package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the pairs of one probe came to in this attempt, for people.
 *
 * @param stable probes of stable
 * @param candidate probes of the candidate
 * @param pace pairs in which both succeeded: those in which the candidate was fast enough, and those in which it was too slow
 * @param dropped pairs that could not be carried out
 * @param lastFault the prober's own fault that dropped a pair last; empty for none
 * @param discordant when exactly one version failed last; null for never
 */
record ProbeCounts(
        Tally stable,
        Tally candidate,
        Tally pace,
        long dropped,
        String lastFault,
        @Nullable Instant discordant) {
    private static final int LONGEST_FAULT = 80;

    static final ProbeCounts NONE = new ProbeCounts(Tally.NONE, Tally.NONE, Tally.NONE, 0, "", null);

    /** One trial. */
    static Tally one(boolean failed) {
        return failed ? new Tally(0, 1) : new Tally(1, 0);
    }

    /** With a pair that could not be carried out. */
    ProbeCounts dropping(ProbePair pair) {
        return new ProbeCounts(stable, candidate, pace, dropped + 1, fault(pair), discordant);
    }

    /** With a pair that was. */
    ProbeCounts with(ProbePair pair, boolean tooSlow) {
        boolean stableOk = pair.stable().outcome() instanceof Outcome.Ok;
        boolean candidateOk = pair.candidate().outcome() instanceof Outcome.Ok;
        return new ProbeCounts(
                stable.plus(one(!stableOk)),
                candidate.plus(one(!candidateOk)),
                stableOk && candidateOk ? pace.plus(one(tooSlow)) : pace,
                dropped,
                lastFault,
                pair.isDiscordant() ? pair.at() : discordant);
    }

    private static String fault(ProbePair pair) {
        Outcome outcome = pair.stable().outcome() instanceof Outcome.ProberFault
                ? pair.stable().outcome()
                : pair.candidate().outcome();
        return outcome instanceof Outcome.ProberFault fault
                ? Words.cut(Words.failure(fault.code(), fault.detail()), LONGEST_FAULT)
                : "";
    }

    void write(StateWriter out) {
        out.tally(stable)
                .tally(candidate)
                .tally(pace)
                .count(dropped)
                .text(lastFault)
                .instant(discordant);
    }

    static ProbeCounts read(StateReader in) throws UnreadableState {
        return new ProbeCounts(in.tally(), in.tally(), in.tally(), in.count(), in.text(), in.instantOrNone());
    }
}
