package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Tally;
import java.util.function.Supplier;

/**
 * One part of the evidence of harm.
 *
 * @param share its fixed weight in the average
 * @param logE logarithm of its evidence of harm
 * @param towardsAdvance how far its certificate is: 0..1
 * @param words what it accuses the candidate of
 * @param margin difference in failure probability, or of slow answers, that it tolerates; 0 for latency of probes
 * @param designEffect by what its evidence is divided
 * @param trouble why it gave no evidence last; empty when it did
 */
record Voice(
        String name,
        Judgement.Kind kind,
        Tally stable,
        Tally candidate,
        double share,
        double logE,
        double towardsAdvance,
        Supplier<String> words,
        double margin,
        double designEffect,
        String trouble) {
    /** Logarithm of what it adds to the average. */
    double part() {
        return StrictMath.log(share) + logE;
    }
}
