package io.mcprollout.policy.gate;

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

    /** Whether this verdict stands for both: Fail before Unavailable before Inconclusive before Pass. */
    default boolean isWorseThan(Verdict other) {
        return rank(this) > rank(other);
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
