package io.mcprollout.policy.gate;

import static io.mcprollout.policy.gate.ProbeCounts.one;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.stats.HarmProcess;
import io.mcprollout.policy.stats.ProbeCertificate;
import io.mcprollout.policy.stats.SlownessProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All that one probe stream has said.
 *
 * @param tolerableSlowdown by how much of its latency the candidate may be slower than stable
 * @param slowness of the candidate, from the pairs in which both succeeded
 * @param certificates one for each margin of the design
 * @param onset what was seen since the candidate began to look worse
 * @param health of stable
 * @param faults pairs that could not be carried out among all
 */
record ProbeWitness(
        Streams.Probe probe,
        double tolerableSlowdown,
        HarmProcess harm,
        SlownessProcess slowness,
        List<ProbeCertificate> certificates,
        Onset onset,
        Health health,
        Health faults,
        ProbeCounts counts) {
    ProbeWitness {
        certificates = List.copyOf(certificates);
    }

    private static final double FEWEST = 2;
    private static final int PAIRS_MISSED = 3;
    /* Two fast answers are alike, whatever their ratio. */
    private static final double LATENCY_NOISE_NANOS = 10e6;

    static ProbeWitness start(Streams.Probe probe, Design design, ErrorBudget budget) {
        return new ProbeWitness(
                probe,
                design.numbers().tolerableSlowdown(),
                HarmProcess.start(settings(design)),
                SlownessProcess.start(),
                design.probeMargins().stream()
                        .map(margin -> ProbeCertificate.start(margin, budget.advanceBound()))
                        .toList(),
                Onset.NONE,
                Health.UNKNOWN,
                Health.UNKNOWN,
                ProbeCounts.NONE);
    }

    /**
     * With one more pair.
     *
     * @param settled whether nothing about either Deployment was changing, so that the certificates may count it too
     * @param elapsed since the one before
     * @param window over which health is judged
     * @param learn whether stable was healthy before it
     */
    ProbeWitness with(ProbePair pair, boolean settled, Duration elapsed, Duration window, boolean learn) {
        Health nextFaults = faults.with(pair.counts() ? 0 : 1, 1, elapsed, window);
        if (!pair.counts()) {
            return new ProbeWitness(
                    probe,
                    tolerableSlowdown,
                    harm,
                    slowness,
                    certificates,
                    onset,
                    health,
                    nextFaults,
                    counts.dropping(pair));
        }
        boolean stableFailed = !(pair.stable().outcome() instanceof Outcome.Ok);
        boolean candidateFailed = !(pair.candidate().outcome() instanceof Outcome.Ok);
        boolean tooSlow = isTooSlow(pair);
        HarmProcess nextHarm = harm.with(one(stableFailed), one(candidateFailed), elapsed, learn);
        double logE = nextHarm.logE();
        return new ProbeWitness(
                probe,
                tolerableSlowdown,
                nextHarm,
                stableFailed || candidateFailed ? slowness : slowness.with(tooSlow, elapsed),
                settled ? certified(stableFailed, candidateFailed, elapsed) : certificates,
                onset.with(logE, one(stableFailed), one(candidateFailed), pair.candidate())
                        .with(streak(elapsed).pair(logE - harm.logE(), pair.at())),
                health.with(stableFailed ? 1 : 0, 1, elapsed, window),
                nextFaults,
                counts.with(pair, tooSlow));
    }

    /* What went on while pairs were missing nobody knows. */
    private Streak streak(Duration elapsed) {
        boolean missed = elapsed.toMillis() > PAIRS_MISSED * probe.interval().toMillis();
        return missed ? Streak.NONE : onset.streak();
    }

    private List<ProbeCertificate> certified(boolean stableFailed, boolean candidateFailed, Duration elapsed) {
        List<ProbeCertificate> next = new ArrayList<>(certificates);
        next.replaceAll(each -> each.with(stableFailed, candidateFailed, elapsed));
        return next;
    }

    private boolean isTooSlow(ProbePair pair) {
        double tolerated = pair.stable().latency().toNanos() * (1 + tolerableSlowdown) + LATENCY_NOISE_NANOS;
        return pair.candidate().latency().toNanos() > tolerated;
    }

    /** Something changed that may be the beginning of harm; of the certificates' subject only when {@code all} did. */
    ProbeWitness event(boolean all) {
        List<ProbeCertificate> next =
                all ? certificates.stream().map(ProbeCertificate::event).toList() : certificates;
        return new ProbeWitness(
                probe, tolerableSlowdown, harm.event(), slowness.event(), next, onset, health, faults, counts);
    }

    /** Whether stable fails most of the probes. */
    boolean stableIsSick() {
        return health.isBad(FEWEST);
    }

    /** Whether most pairs cannot be carried out. */
    boolean isFaulty() {
        return faults.isBad(FEWEST);
    }

    /** Whether it certifies so much at least that what the mesh counts is seen from outside, too. */
    boolean seesOutside() {
        return certificates.getLast().certifies();
    }

    private static HarmProcess.Settings settings(Design design) {
        return HarmProcess.Settings.probe(
                design.numbers().margin(), design.numbers().blipTolerance());
    }

    void write(StateWriter out) {
        harm.write(out);
        slowness.write(out);
        certificates.forEach(certificate -> certificate.write(out));
        onset.write(out);
        health.write(out);
        faults.write(out);
        counts.write(out);
    }

    static ProbeWitness read(StateReader in, Streams.Probe probe, Design design, ErrorBudget budget)
            throws UnreadableState {
        HarmProcess harm = HarmProcess.read(in, settings(design));
        SlownessProcess slowness = SlownessProcess.read(in);
        List<ProbeCertificate> certificates = new ArrayList<>();
        for (double margin : design.probeMargins()) {
            certificates.add(ProbeCertificate.read(in, margin, budget.advanceBound()));
        }
        return new ProbeWitness(
                probe,
                design.numbers().tolerableSlowdown(),
                harm,
                slowness,
                List.copyOf(certificates),
                Onset.read(in),
                Health.read(in),
                Health.read(in),
                ProbeCounts.read(in));
    }
}
