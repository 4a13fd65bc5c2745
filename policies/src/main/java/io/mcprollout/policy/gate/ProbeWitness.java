package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.stats.HarmProcess;
import io.mcprollout.policy.stats.ProbeCertificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one probe stream has said.
 *
 * @param certificates one for each margin of the design
 * @param onset what was seen since the candidate began to look worse
 * @param health of stable
 * @param faults pairs that could not be carried out among all
 * @param stable probes of stable, in this attempt
 * @param candidate probes of the candidate, in this attempt
 * @param dropped pairs that could not be carried out, in this attempt
 * @param lastFault the prober's own fault that dropped a pair last; empty for none
 * @param discordant when exactly one version failed last; null for never
 */
record ProbeWitness(
        Streams.Probe probe,
        HarmProcess harm,
        List<ProbeCertificate> certificates,
        Onset onset,
        Health health,
        Health faults,
        Tally stable,
        Tally candidate,
        long dropped,
        String lastFault,
        @Nullable Instant discordant) {
    private static final int LONGEST_FAULT = 80;
    private static final double FEWEST = 2;

    static ProbeWitness start(Streams.Probe probe, Design design, ErrorBudget budget) {
        List<ProbeCertificate> certificates = design.margins().stream()
                .map(margin -> ProbeCertificate.start(margin, budget.advanceBound()))
                .toList();
        return new ProbeWitness(
                probe,
                HarmProcess.start(settings(design)),
                certificates,
                Onset.NONE,
                Health.UNKNOWN,
                Health.UNKNOWN,
                Tally.NONE,
                Tally.NONE,
                0,
                "",
                null);
    }

    /** With one more pair, so long after the one before; certificates count it only while both Deployments are settled. */
    ProbeWitness with(ProbePair pair, boolean settled, Duration elapsed, Duration window, boolean learn) {
        Health nextFaults = faults.with(pair.counts() ? 0 : 1, 1, elapsed, window);
        return pair.counts()
                ? counted(pair, settled, elapsed, window, learn, nextFaults)
                : new ProbeWitness(
                        probe,
                        harm,
                        certificates,
                        onset,
                        health,
                        nextFaults,
                        stable,
                        candidate,
                        dropped + 1,
                        fault(pair),
                        discordant);
    }

    private ProbeWitness counted(
            ProbePair pair, boolean settled, Duration elapsed, Duration window, boolean learn, Health nextFaults) {
        boolean stableFailed = !(pair.stable().outcome() instanceof Outcome.Ok);
        boolean candidateFailed = !(pair.candidate().outcome() instanceof Outcome.Ok);
        Tally ofStable = one(stableFailed);
        Tally ofCandidate = one(candidateFailed);
        HarmProcess nextHarm = harm.with(ofStable, ofCandidate, elapsed, learn);
        return new ProbeWitness(
                probe,
                nextHarm,
                settled ? certified(stableFailed, candidateFailed, elapsed) : certificates,
                onset.with(nextHarm.logE(), ofStable, ofCandidate, pair.candidate()),
                health.with(stableFailed ? 1 : 0, 1, elapsed, window),
                nextFaults,
                stable.plus(ofStable),
                candidate.plus(ofCandidate),
                dropped,
                lastFault,
                pair.isDiscordant() ? pair.at() : discordant);
    }

    private List<ProbeCertificate> certified(boolean stableFailed, boolean candidateFailed, Duration elapsed) {
        return certificates.stream()
                .map(each -> each.with(stableFailed, candidateFailed, elapsed))
                .toList();
    }

    /** Something changed that may be the beginning of harm; of the certificates' subject only when {@code all} did. */
    ProbeWitness event(boolean all) {
        List<ProbeCertificate> next =
                all ? certificates.stream().map(ProbeCertificate::event).toList() : certificates;
        return new ProbeWitness(
                probe, harm.event(), next, onset, health, faults, stable, candidate, dropped, lastFault, discordant);
    }

    /** Whether stable fails most of the probes. */
    boolean stableIsSick() {
        return health.isBad(FEWEST);
    }

    /** Whether most pairs cannot be carried out. */
    boolean isFaulty() {
        return faults.isBad(FEWEST);
    }

    private static Tally one(boolean failed) {
        return failed ? new Tally(0, 1) : new Tally(1, 0);
    }

    private static String fault(ProbePair pair) {
        Outcome outcome = pair.stable().outcome() instanceof Outcome.ProberFault
                ? pair.stable().outcome()
                : pair.candidate().outcome();
        return outcome instanceof Outcome.ProberFault fault
                ? Words.cut(Words.failure(fault.code(), fault.detail()), LONGEST_FAULT)
                : "";
    }

    private static HarmProcess.Settings settings(Design design) {
        return HarmProcess.Settings.probe(
                design.numbers().margin(), design.numbers().blipTolerance());
    }

    void write(StateWriter out) {
        harm.write(out);
        certificates.forEach(certificate -> certificate.write(out));
        onset.write(out);
        health.write(out);
        faults.write(out);
        out.tally(stable).tally(candidate).count(dropped).text(lastFault).instant(discordant);
    }

    static ProbeWitness read(StateReader in, Streams.Probe probe, Design design, ErrorBudget budget)
            throws UnreadableState {
        HarmProcess harm = HarmProcess.read(in, settings(design));
        List<ProbeCertificate> certificates = new ArrayList<>();
        for (double margin : design.margins()) {
            certificates.add(ProbeCertificate.read(in, margin, budget.advanceBound()));
        }
        return new ProbeWitness(
                probe,
                harm,
                List.copyOf(certificates),
                Onset.read(in),
                Health.read(in),
                Health.read(in),
                in.tally(),
                in.tally(),
                in.count(),
                in.text(),
                in.instantOrNone());
    }
}
