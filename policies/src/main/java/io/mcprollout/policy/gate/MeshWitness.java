package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.Clustering;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.stats.HarmProcess;
import io.mcprollout.policy.stats.MeshCertificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * All that one mesh source has said of failures, or of latency: then those requests are bad that are slow.
 *
 * @param longest time that a block counts for at most, so that what came in after a gap weighs no more than any other block
 * @param harm tempered by the design effect that the past shows
 * @param certificates one for each margin of the design; none of latency
 * @param clustering of stable's failures
 * @param windows stretches of time of which clustering is known at most: less of latency, so that the state stays small
 * @param onset what was seen since the candidate began to look worse
 * @param health of stable
 * @param stable users' requests to stable, in this attempt
 * @param candidate users' requests to the candidate, in this attempt
 */
record MeshWitness(
        String name,
        Duration longest,
        HarmProcess harm,
        List<MeshCertificate> certificates,
        Clustering clustering,
        int windows,
        Onset onset,
        Health health,
        Tally stable,
        Tally candidate) {
    private static final double FEWEST = 5;
    private static final int WINDOWS_OF_FAILURES = 60;
    private static final int WINDOWS_OF_LATENCY = 24;

    /** Nothing said of failures yet. */
    static MeshWitness start(String name, Design design, ErrorBudget budget) {
        return start(
                name,
                design,
                settings(design),
                WINDOWS_OF_FAILURES,
                design.margins().stream()
                        .map(margin -> MeshCertificate.start(settings(design, budget, margin)))
                        .toList());
    }

    /** Nothing said of latency yet. */
    static MeshWitness startLatency(String name, Design design) {
        return start(name, design, latency(design), WINDOWS_OF_LATENCY, List.of());
    }

    private static MeshWitness start(
            String name,
            Design design,
            HarmProcess.Settings settings,
            int windows,
            List<MeshCertificate> certificates) {
        return new MeshWitness(
                name,
                longest(design),
                HarmProcess.start(settings),
                certificates,
                Clustering.start(),
                windows,
                Onset.NONE,
                Health.UNKNOWN,
                Tally.NONE,
                Tally.NONE);
    }

    /**
     * With one more block.
     *
     * @param settled whether nothing about either Deployment was changing, so that the certificates may count it too
     * @param learn whether stable was healthy before it
     */
    MeshWitness with(ClosedBlock closed, boolean settled, Duration window, boolean learn) {
        MeshBlock block = closed.users();
        Duration elapsed = length(block);
        HarmProcess nextHarm = harm.with(block.stable(), block.candidate(), elapsed, learn);
        double logE = nextHarm.logE();
        Clustering nextClustering =
                learn ? clustering.with(block.stable(), elapsed).last(windows) : clustering;
        return new MeshWitness(
                name,
                longest,
                nextHarm.tempered(nextClustering.designEffect()),
                settled ? certified(closed, elapsed) : certificates,
                nextClustering,
                windows,
                onset.with(logE, block.stable(), block.candidate())
                        .with(onset.streak().block(logE - harm.logE(), block.from(), block.to())),
                health.with(
                        (double) block.stable().bad(), (double) block.stable().total(), elapsed, window),
                stable.plus(block.stable()),
                candidate.plus(block.candidate()));
    }

    /* Of all that the block may have held, a certificate believes what certifies least. */
    private List<MeshCertificate> certified(ClosedBlock closed, Duration elapsed) {
        List<MeshCertificate> next = new ArrayList<>(certificates);
        next.replaceAll(certificate -> certified(certificate, closed.possible(), elapsed));
        return List.copyOf(next);
    }

    private MeshCertificate certified(MeshCertificate certificate, List<MeshBlock> possible, Duration elapsed) {
        MeshCertificate least = null;
        for (MeshBlock block : possible) {
            MeshCertificate next =
                    certificate.with(block.stable(), block.candidate(), harm.predicted(), harm.designEffect(), elapsed);
            least = least == null || next.evidence() < least.evidence() ? next : least;
        }
        return least == null ? certificate : least;
    }

    /** With what a source remembers of stable's last minutes: how clustered its failures are, and how many. */
    MeshWitness remembering(List<Tally> minutes) {
        Clustering known = clustering.remembering(minutes);
        Tally all = minutes.stream().reduce(Tally.NONE, Tally::plus);
        HarmProcess next = harm.tempered(known.designEffect()).knowing(all);
        return new MeshWitness(name, longest, next, certificates, known, windows, onset, health, stable, candidate);
    }

    /** With what the counters held of stable before the block under way, which may shrink the margin. */
    MeshWitness knowing(Tally held) {
        HarmProcess next = harm.knowing(held);
        return next == harm
                ? this
                : new MeshWitness(
                        name, longest, next, certificates, clustering, windows, onset, health, stable, candidate);
    }

    /** How much a block would weigh: the evidence of harm after it. */
    double weigh(MeshBlock block) {
        return harm.evidenceWith(block.stable(), block.candidate(), length(block));
    }

    /** Something changed that may be the beginning of harm; of the certificates' subject only when {@code all} did. */
    MeshWitness event(boolean all) {
        List<MeshCertificate> next =
                all ? certificates.stream().map(MeshCertificate::event).toList() : certificates;
        return new MeshWitness(
                name, longest, harm.event(), next, clustering, windows, onset, health, stable, candidate);
    }

    /** Whether stable fails most requests. */
    boolean stableIsSick() {
        return health.isBad(FEWEST);
    }

    private Duration length(MeshBlock block) {
        Duration length = Duration.between(block.from(), block.to());
        return length.compareTo(longest) > 0 ? longest : length;
    }

    private static Duration longest(Design design) {
        Duration scrape = design.numbers().scrapeInterval();
        return scrape.compareTo(MeshBlock.LONGEST) > 0 ? scrape : MeshBlock.LONGEST;
    }

    private static HarmProcess.Settings settings(Design design) {
        Numbers numbers = design.numbers();
        double unknown = HarmProcess.Settings.UNKNOWN_CLUSTERS;
        return numbers.relativeMargin().isPresent()
                ? HarmProcess.Settings.mesh(
                        numbers.margin(), numbers.relativeMargin().getAsDouble(), unknown, numbers.blipTolerance())
                : HarmProcess.Settings.mesh(numbers.margin(), unknown, numbers.blipTolerance());
    }

    private static HarmProcess.Settings latency(Design design) {
        return HarmProcess.Settings.slowness(
                HarmProcess.Settings.UNKNOWN_CLUSTERS, design.numbers().blipTolerance());
    }

    private static MeshCertificate.Settings settings(Design design, ErrorBudget budget, double margin) {
        return new MeshCertificate.Settings(
                margin, budget.advanceBound(), design.numbers().blipTolerance().dividedBy(3));
    }

    void write(StateWriter out) {
        harm.write(out);
        certificates.forEach(certificate -> certificate.write(out));
        clustering.write(out);
        onset.write(out);
        health.write(out);
        out.tally(stable).tally(candidate);
    }

    static MeshWitness read(StateReader in, String name, Design design, ErrorBudget budget) throws UnreadableState {
        List<MeshCertificate.Settings> certificates = design.margins().stream()
                .map(margin -> settings(design, budget, margin))
                .toList();
        return read(in, name, design, settings(design), WINDOWS_OF_FAILURES, certificates);
    }

    static MeshWitness readLatency(StateReader in, String name, Design design) throws UnreadableState {
        return read(in, name, design, latency(design), WINDOWS_OF_LATENCY, List.of());
    }

    private static MeshWitness read(
            StateReader in,
            String name,
            Design design,
            HarmProcess.Settings settings,
            int windows,
            List<MeshCertificate.Settings> certified)
            throws UnreadableState {
        HarmProcess harm = HarmProcess.read(in, settings);
        List<MeshCertificate> certificates = new ArrayList<>();
        for (MeshCertificate.Settings each : certified) {
            certificates.add(MeshCertificate.read(in, each));
        }
        Clustering clustering = Clustering.read(in);
        return new MeshWitness(
                name,
                longest(design),
                harm.tempered(clustering.designEffect()),
                List.copyOf(certificates),
                clustering,
                windows,
                Onset.read(in),
                Health.read(in),
                in.tally(),
                in.tally());
    }
}
