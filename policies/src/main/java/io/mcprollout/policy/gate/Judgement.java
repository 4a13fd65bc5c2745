package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.stats.Difference;
import java.time.Duration;
import java.util.List;

/**
 * What the evidence says at one instant.
 *
 * @param verdict the gate's answer
 * @param confirming whether the bound for rolling back is reached but could still be a blip
 * @param burst whether pairs should come as fast as is allowed: one a second
 * @param towardsRollback logarithm of the evidence of harm, as a share of its bound: 0..1
 * @param towardsAdvance logarithm of the weakest certificate, as a share of its bound: 0..1
 * @param streams what each stream contributes: probes, then the mesh, then latency
 * @param droppedPairs pairs of this attempt that said nothing because of the prober's own faults
 * @param silence observed time since the last evidence
 * @param sentence all of it for people, in one sentence
 */
public record Judgement(
        Verdict verdict,
        boolean confirming,
        boolean burst,
        double towardsRollback,
        double towardsAdvance,
        List<Stream> streams,
        long droppedPairs,
        Duration silence,
        String sentence) {
    public Judgement {
        streams = List.copyOf(streams);
    }

    /** Kind of a stream. */
    public enum Kind {
        /** Failures of probe pairs. */
        Probe,
        /**
         * Slowness: in probe pairs, counting fast and slow answers of the candidate, none of stable; or of users' requests as the mesh
         * counts them, of both.
         */
        Latency,
        /** Failures of users' requests, as the mesh counts them. */
        Mesh
    }

    /**
     * One stream.
     *
     * @param stable requests or probes of stable, in this attempt
     * @param candidate requests or probes of the candidate, in this attempt
     * @param logE natural logarithm of its evidence of harm
     * @param share its fixed weight in the average: 0..1
     * @param towardsRollback how far it would be towards rolling back if it were alone: 0..1
     * @param towardsAdvance how far its certificate is: 0..1; 0 for a stream that certifies nothing
     * @param guilty whether it is named when the whole goes back: by the e-BH procedure over all streams
     * @param difference in failure probability, for people
     * @param margin difference in failure probability, or of slow answers, that it tolerates; 0 for latency of probes
     * @param designEffect by what its evidence is divided because failures come in clusters; 1 for independent pairs
     * @param trouble why it gave no evidence last, as a sentence for people; empty when it did
     */
    public record Stream(
            String name,
            Kind kind,
            Tally stable,
            Tally candidate,
            double logE,
            double share,
            double towardsRollback,
            double towardsAdvance,
            boolean guilty,
            Difference difference,
            double margin,
            double designEffect,
            String trouble) {}

    /** Names of the streams that are to blame when it goes back. */
    public List<String> guilty() {
        return streams.stream()
                .filter(Stream::guilty)
                .map(Stream::name)
                .distinct()
                .toList();
    }
}
