package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Ledger;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** The whole evidence of one attempt, and the gate that judges it: is the candidate worse than stable, or shown not to be? Immutable. */
public final class Divergence {
    private static final String VERSION = "mcprollout-evidence-2";
    private static final int WATCHED_TICKS = 3;

    private final Design design;
    private final ErrorBudget budget;
    private final Ledger ledger;
    private final List<ProbeWitness> probes;
    private final List<MeshWitness> meshes;
    private final Patience patience;

    private Divergence(
            Design design, Ledger ledger, List<ProbeWitness> probes, List<MeshWitness> meshes, Patience patience) {
        this.design = design;
        this.budget = design.budget();
        this.ledger = ledger;
        this.probes = List.copyOf(probes);
        this.meshes = List.copyOf(meshes);
        this.patience = patience;
    }

    /** No evidence yet. */
    public static Divergence start(Design design, Instant at) {
        return fresh(design, Ledger.of(design.cohort(), design.stable()), at);
    }

    /** No evidence yet for another design; the mesh counters that were read last stay the baseline of the next reading. */
    public Divergence restart(Design next, Instant at) {
        return fresh(next, ledger.forCohort(next.cohort(), next.stable()), at);
    }

    private static Divergence fresh(Design design, Ledger ledger, Instant at) {
        ErrorBudget budget = design.budget();
        return new Divergence(
                design,
                ledger,
                design.streams().probes().stream()
                        .map(probe -> ProbeWitness.start(probe, design, budget))
                        .toList(),
                design.streams().mesh().stream()
                        .map(name -> MeshWitness.start(name, design, budget))
                        .toList(),
                Patience.start(at));
    }

    /** What was fixed at the start. */
    public Design design() {
        return design;
    }

    /**
     * With one more probe pair; one that was taken before, or of another stream, changes nothing.
     *
     * @param settled whether nothing about either Deployment was changing, so that the certificates may count it too
     */
    public Divergence with(ProbePair pair, boolean settled) {
        Optional<ProbeWitness> witness = probes.stream()
                .filter(each -> each.probe().name().equals(pair.stream()))
                .findFirst();
        Optional<Ledger> taken = ledger.take(pair);
        if (witness.isEmpty() || taken.isEmpty()) {
            return this;
        }
        Duration elapsed = ledger.lastPair(pair.stream())
                .map(last -> Duration.between(last, pair.at()))
                .orElse(witness.get().probe().interval());
        Divergence before = pair.counts() ? heard() : this;
        return new Divergence(
                design,
                taken.get(),
                before.replaced(pair.stream(), each -> each.with(pair, settled, elapsed, window(), !patience.sick())),
                before.meshes,
                before.patience);
    }

    /**
     * With one more answer of a mesh source, freed from the prober's own requests; one that was taken before, or of another source,
     * changes nothing.
     *
     * @param settled whether nothing about either Deployment was changing since the last one, so that the certificates may count it too
     */
    public Divergence with(Reading reading, ProbeLog log, boolean settled) {
        Optional<MeshWitness> witness = mesh(reading.stream());
        if (witness.isEmpty()) {
            return this;
        }
        return switch (reading) {
            case Reading.Unreadable unreadable ->
                new Divergence(design, ledger.note(unreadable), probes, meshes, patience);
            case Reading.Counters counters ->
                with(ledger.take(counters, log, witness.get()::weigh), settled).knowing(reading.stream());
        };
    }

    private Divergence with(Ledger.Taken taken, boolean settled) {
        Divergence next = new Divergence(design, taken.next(), probes, meshes, patience);
        return taken.closed().map(closed -> next.with(closed, settled)).orElse(next);
    }

    /* A block begins: what was counted before it may shrink the margin under which it is judged. */
    private Divergence knowing(String stream) {
        Tally held = ledger.held(stream);
        List<MeshWitness> next = meshes.stream()
                .map(witness -> witness.name().equals(stream) ? witness.knowing(held) : witness)
                .toList();
        return new Divergence(design, ledger, probes, next, patience);
    }

    private Divergence with(ClosedBlock closed, boolean settled) {
        MeshBlock block = closed.users();
        boolean compares = block.stable().total() > 0 && block.candidate().total() > 0;
        Divergence before = compares ? heard() : this;
        List<MeshWitness> next = new ArrayList<>();
        for (MeshWitness witness : before.meshes) {
            next.add(
                    witness.name().equals(block.stream())
                            ? witness.with(closed, settled, window(), !patience.sick())
                            : witness);
        }
        return new Divergence(design, before.ledger, before.probes, next, before.patience);
    }

    /** From when on the log of the prober's requests is needed by the next reading. */
    public Instant probesNeededSince() {
        return ledger.probesNeededSince();
    }

    /** After a write that changed a weight: blocks end here, and some of the reserve is staked on a change that begins now. */
    public Divergence weightChanged(Instant at) {
        Divergence next = this;
        for (MeshWitness witness : meshes) {
            next = next.with(next.ledger.closeForWeightChange(witness.name(), at, witness::weigh), false);
        }
        return next.event(false);
    }

    /** At a later instant: time without evidence and time of confirmation go on, each by what was really observed. */
    public Divergence tick(Instant now) {
        boolean sick = probes.stream().anyMatch(ProbeWitness::stableIsSick)
                || meshes.stream().anyMatch(MeshWitness::stableIsSick);
        Divergence next = patience.sick() && !sick ? event(true) : this;
        Patience later =
                patience.at(now, Duration.ofMillis(WATCHED_TICKS * tickLength().toMillis()), next.harm(), sick);
        return new Divergence(design, ledger, next.probes, next.meshes, later);
    }

    /** Judges whether the next weight may be taken; during the last step that is the step's own. */
    public Judgement judge(Instant now, Weight next) {
        Divergence then = tick(now);
        return new Judge(design, budget, then.probes, then.meshes, then.patience, then.ledger).judge(next);
    }

    /** Natural logarithm of the evidence of harm over all streams. */
    double harm() {
        double[] logE = new double[2 * probes.size() + meshes.size()];
        double[] shares = new double[logE.length];
        int i = 0;
        for (ProbeWitness witness : probes) {
            logE[i] = witness.harm().logE();
            shares[i++] = budget.probeShare();
            logE[i] = witness.slowness().logE();
            shares[i++] = budget.latencyShare() / probes.size();
        }
        for (MeshWitness witness : meshes) {
            logE[i] = witness.harm().logE();
            shares[i++] = budget.meshShare();
        }
        return ErrorBudget.average(logE, shares);
    }

    /* A silence that was longer than the window over which health is judged may have hidden the beginning of harm. */
    private Divergence heard() {
        Divergence base = patience.silence().compareTo(window()) >= 0 ? event(true) : this;
        return new Divergence(design, base.ledger, base.probes, base.meshes, base.patience.withEvidence());
    }

    private Divergence event(boolean all) {
        return new Divergence(
                design,
                ledger,
                probes.stream().map(witness -> witness.event(all)).toList(),
                meshes.stream().map(witness -> witness.event(all)).toList(),
                patience);
    }

    private List<ProbeWitness> replaced(String name, UnaryOperator<ProbeWitness> change) {
        return probes.stream()
                .map(each -> each.probe().name().equals(name) ? change.apply(each) : each)
                .toList();
    }

    private Optional<MeshWitness> mesh(String name) {
        return meshes.stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private Duration window() {
        return design.numbers().holdWindow();
    }

    private Duration tickLength() {
        Duration longest = design.streams().longestInterval();
        Duration scrape = design.numbers().scrapeInterval();
        return longest.compareTo(scrape) > 0 ? longest : scrape;
    }

    /** This state as one line of text; {@link #decode} gives back the same bits. */
    public String encode() {
        StateWriter out = new StateWriter(VERSION);
        design.write(out);
        ledger.write(out);
        probes.forEach(witness -> witness.write(out));
        meshes.forEach(witness -> witness.write(out));
        patience.write(out);
        return out.finish();
    }

    /** Reads what {@link #encode} wrote; the caller answers an {@link UnreadableState} by starting the evidence anew. */
    public static Divergence decode(String text) throws UnreadableState {
        StateReader in = new StateReader(text, VERSION);
        Design design = Design.read(in);
        Ledger ledger = Ledger.read(in, design.cohort(), design.stable());
        List<ProbeWitness> probes = new ArrayList<>();
        for (Streams.Probe probe : design.streams().probes()) {
            probes.add(ProbeWitness.read(in, probe, design, design.budget()));
        }
        List<MeshWitness> meshes = new ArrayList<>();
        for (String name : design.streams().mesh()) {
            meshes.add(MeshWitness.read(in, name, design, design.budget()));
        }
        Divergence read = new Divergence(design, ledger, probes, meshes, Patience.read(in));
        in.end();
        return read;
    }

    /** Whether both would be written alike. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Divergence that && encode().equals(that.encode());
    }

    @Override
    public int hashCode() {
        return encode().hashCode();
    }

    @Override
    public String toString() {
        return encode();
    }
}
