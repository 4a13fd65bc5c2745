package io.mcprollout.policy.gate;

import java.util.List;

/** Answer of a gate. Only {@link Pass} lets a rollout go on, only {@link Fail} takes it back. */
public sealed interface Verdict {
    /** Enough evidence, and the candidate is not worse. */
    record Pass() implements Verdict {}

    /** The candidate is shown to be worse; the reason is a sentence for people. */
    record Fail(String reason) implements Verdict {}

    /** Not enough evidence yet; what is missing, as a sentence for people. */
    record Inconclusive(String missing) implements Verdict {}

    /** The question cannot be answered now, for a reason that is not the candidate's: a sentence for people. */
    record Unavailable(String cause) implements Verdict {}

    /** The worst of the verdicts: Fail, then Unavailable, then Inconclusive, then Pass. No verdict at all is not a pass. */
    static Verdict allOf(List<Verdict> verdicts) {
        Verdict worst = new Inconclusive("no gate has answered");
        int rank = -1;
        for (Verdict verdict : verdicts) {
            if (rank(verdict) > rank) {
                worst = verdict;
                rank = rank(verdict);
            }
        }
        return worst;
    }

    private static int rank(Verdict verdict) {
        return switch (verdict) {
            case Pass ignored -> 0;
            case Inconclusive ignored -> 1;
            case Unavailable ignored -> 2;
            case Fail ignored -> 3;
        };
    }
}
