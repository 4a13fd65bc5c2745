package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The whole evidence of one attempt, and the gate that judges it: is the candidate worse than stable, or shown not to be? Immutable. */
public final class Divergence {
    private final Design design;

    private Divergence(Design design) {
        this.design = design;
    }

    /** No evidence yet. */
    public static Divergence start(Design design, Instant at) {
        return new Divergence(design);
    }

    /** No evidence yet for another design; the mesh counters that were read last stay the baseline of the next reading. */
    public Divergence restart(Design next, Instant at) {
        return new Divergence(next);
    }

    /** What was fixed at the start. */
    public Design design() {
        return design;
    }

    /** With one more probe pair; one that was taken before, or of another stream, changes nothing. */
    public Divergence with(ProbePair pair) {
        return this;
    }

    /** With one more answer of a mesh source, freed from the prober's own requests; one that was taken before, or of another source, changes nothing. */
    public Divergence with(Reading reading, ProbeLog log) {
        return this;
    }

    /** From when on the log of the prober's requests is needed by the next reading. */
    public Instant probesNeededSince() {
        return Instant.MIN;
    }

    /** After a write that changed a weight: blocks end here, and some of the reserve is staked on a change that begins now. */
    public Divergence weightChanged(Instant at) {
        return this;
    }

    /** At a later instant: time without evidence and time of confirmation go on, each by what was really observed. */
    public Divergence tick(Instant now) {
        return this;
    }

    /** Judges whether the next weight may be taken; during the last step that is the step's own. */
    public Judgement judge(Instant now, Weight next) {
        String missing = "no evidence yet";
        return new Judgement(
                new Verdict.Inconclusive(missing), false, false, 0, 0, List.of(), 0, Duration.ZERO, missing);
    }

    /** This state as one line of text; {@link #decode} gives back the same bits. */
    public String encode() {
        return "";
    }

    /** Reads what {@link #encode} wrote; the caller answers an {@link UnreadableState} by starting the evidence anew. */
    public static Divergence decode(String text) throws UnreadableState {
        if (text.isEmpty()) {
            throw new UnreadableState("the text is empty");
        }
        throw new UnreadableState("the text is of an unknown version");
    }
}
