package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.Evidence.MeshBlock;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Ledger;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Counters;
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

/** The whole evidence of one attempt, and the gate that judges it: is the candidate worse than stable, or shown not to be? Immutable. */
public final class Divergence {
    private static final String VERSION = "mcprollout-evidence-2";
    private static final int WATCHED_TICKS = 3;

    private final Design design;
    private final ErrorBudget budget;
    private final Ledger ledger;
    private final List<ProbeWitness> probes;
    private final Meshes meshes;
    private final Patience patience;

    private Divergence(
            Design design,
            ErrorBudget budget,
            Ledger ledger,
            List<ProbeWitness> probes,
            Meshes meshes,
            Patience patience) {
        this.design = design;
        this.budget = budget;
        this.ledger = ledger;
        this.probes = List.copyOf(probes);
        this.meshes = meshes;
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
                budget,
                ledger,
                design.streams().probes().stream()
                        .map(probe -> ProbeWitness.start(probe, design, budget))
                        .toList(),
                Meshes.start(design, budget),
                Patience.start(at));
    }

    /** What the mesh sources have said. */
    Meshes meshes() {
        return meshes;
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
        int index = indexOf(pair.stream());
        Optional<Ledger> taken = ledger.take(pair);
        if (index < 0 || taken.isEmpty()) {
            return this;
        }
        Divergence before = pair.counts() ? heard() : this;
        ProbeWitness witness = before.probes.get(index);
        Duration elapsed = ledger.lastPair(pair.stream())
                .map(last -> Duration.between(last, pair.at()))
                .orElse(witness.probe().interval());
        List<ProbeWitness> next = new ArrayList<>(before.probes);
        next.set(index, witness.with(pair, settled, elapsed, window(), !patience.sick()));
        return new Divergence(design, budget, taken.get(), next, before.meshes, before.patience);
    }

    private int indexOf(String probe) {
        for (int i = 0; i < probes.size(); i++) {
            if (probes.get(i).probe().name().equals(probe)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * With one more answer of a mesh source, freed from the prober's own requests; one that was taken before, or of another source,
     * changes nothing.
     *
     * @param settled whether nothing about either Deployment was changing since the last one, so that the certificates may count it too
     */
    public Divergence with(Reading reading, ProbeLog log, boolean settled) {
        return with(reading, log, settled, true);
    }

    /**
     * The same.
     *
     * @param routed whether a route gives the candidate users: without, those that it has come another way, and speak for or against nothing
     */
    public Divergence with(Reading reading, ProbeLog log, boolean settled, boolean routed) {
        Optional<MeshWitness> witness = meshes.failures(reading.stream());
        if (witness.isEmpty()) {
            return this;
        }
        return switch (reading) {
            case Reading.Unreadable unreadable -> with(ledger.note(unreadable), meshes);
            case Reading.Past past -> knowing(past, witness.get());
            case Counters counters ->
                with(compared(ledger.take(counters, log, witness.get()::weigh), routed), settled)
                        .knowing(reading.stream())
                        .withLatency(counters, log, routed);
        };
    }

    private static Ledger.Taken compared(Ledger.Taken taken, boolean routed) {
        return routed ? taken : new Ledger.Taken(taken.next(), taken.closed().map(ClosedBlock::ofStable));
    }

    private Divergence with(Ledger.Taken taken, boolean settled) {
        Divergence next = with(taken.next(), meshes);
        return taken.closed().map(closed -> next.with(closed, settled)).orElse(next);
    }

    /* Only what is known before the first block, and speaks of the time before it, may shape how blocks are judged. */
    private Divergence knowing(Reading.Past past, MeshWitness witness) {
        boolean late = witness.stable().total() + witness.candidate().total() > 0
                || !ledger.beginsAfter(past.stream(), past.at());
        List<Tally> minutes = past.minutes().getOrDefault(design.stable(), List.of());
        return late || minutes.isEmpty()
                ? this
                : with(ledger, meshes.withFailures(past.stream(), each -> each.remembering(minutes)));
    }

    /* A block begins: what was counted before it may shrink the margin under which it is judged. */
    private Divergence knowing(String stream) {
        if (design.numbers().relativeMargin().isEmpty()) {
            return this;
        }
        Tally held = ledger.held(stream);
        return with(ledger, meshes.withFailures(stream, witness -> witness.knowing(held)));
    }

    private Divergence withLatency(Counters reading, ProbeLog log, boolean routed) {
        MeshWitness witness = meshes.latency(reading.stream()).orElseThrow();
        return withLatency(compared(ledger.takeLatency(reading, log, witness::weigh), routed));
    }

    private Divergence withLatency(Ledger.Taken taken) {
        Meshes next = taken.closed()
                .map(closed -> meshes.withLatency(closed, each -> each.with(closed, false, window(), !patience.sick())))
                .orElse(meshes);
        return with(taken.next(), next);
    }

    private Divergence with(Ledger nextLedger, Meshes nextMeshes) {
        return new Divergence(design, budget, nextLedger, probes, nextMeshes, patience);
    }

    private Divergence with(ClosedBlock closed, boolean settled) {
        MeshBlock block = closed.users();
        boolean compares = block.stable().total() > 0 && block.candidate().total() > 0;
        Divergence before = compares ? heard() : this;
        return before.with(
                before.ledger,
                before.meshes.withFailures(closed, each -> each.with(closed, settled, window(), !patience.sick())));
    }

    /** From when on the log of the prober's requests is needed by the next reading. */
    public Instant probesNeededSince() {
        return ledger.probesNeededSince();
    }

    /** After a write that changed a weight: blocks end here, and some of the reserve is staked on a change that begins now. */
    public Divergence weightChanged(Instant at) {
        return weightChanged(at, true);
    }

    /** The same; {@code routed} says whether a route gave the candidate users until then. */
    public Divergence weightChanged(Instant at, boolean routed) {
        Divergence next = this;
        for (MeshWitness witness : meshes.failures()) {
            Ledger.Taken ended = next.ledger.closeForWeightChange(witness.name(), at, witness::weigh);
            next = next.with(compared(ended, routed), false);
        }
        for (MeshWitness witness : meshes.latencies()) {
            Ledger.Taken ended = next.ledger.closeLatencyForWeightChange(witness.name(), at, witness::weigh);
            next = next.withLatency(compared(ended, routed));
        }
        return next.event(false);
    }

    /** At a later instant: time without evidence and time of confirmation go on, each by what was really observed. */
    public Divergence tick(Instant now) {
        boolean sick = stableIsSick();
        Divergence next = patience.sick() && !sick ? event(true) : this;
        Duration most = Duration.ofMillis(WATCHED_TICKS * design.tick().toMillis());
        Patience later = patience.at(now, most, design.blip(), next.harm(), sick);
        return new Divergence(design, budget, ledger, next.probes, next.meshes, later);
    }

    private boolean stableIsSick() {
        for (ProbeWitness witness : probes) {
            if (witness.stableIsSick()) {
                return true;
            }
        }
        return meshes.stableIsSick();
    }

    /** Judges whether the next weight may be taken, and says why; during the last step that is the step's own. */
    public Judgement judge(Instant now, Weight next) {
        return tick(now).judge().explained(next);
    }

    /** The same as of the last {@link #tick}, and no more than the answer. */
    public Answer answer(Weight next) {
        return judge().answer(next);
    }

    private Judge judge() {
        return new Judge(design, budget, probes, meshes, patience, ledger);
    }

    /** Natural logarithm of the evidence of harm over all streams: of the average of theirs by their shares. */
    double harm() {
        double average = 0;
        for (ProbeWitness witness : probes) {
            average += budget.probeShare() * witness.harm().evidence();
            average += budget.probeLatencyShare() * witness.slowness().evidence();
        }
        for (MeshWitness witness : meshes.failures()) {
            average += budget.meshShare() * witness.harm().evidence();
        }
        for (MeshWitness witness : meshes.latencies()) {
            average += budget.meshLatencyShare() * witness.harm().evidence();
        }
        return StrictMath.log(average);
    }

    /* A silence that was longer than the window over which health is judged may have hidden the beginning of harm. */
    private Divergence heard() {
        if (patience.isListening()) {
            return this;
        }
        Divergence base = patience.silence().compareTo(window()) >= 0 ? event(true) : this;
        return new Divergence(design, budget, base.ledger, base.probes, base.meshes, base.patience.withEvidence());
    }

    private Divergence event(boolean all) {
        return new Divergence(
                design,
                budget,
                ledger,
                probes.stream().map(witness -> witness.event(all)).toList(),
                meshes.event(all),
                patience);
    }

    private Duration window() {
        return design.numbers().holdWindow();
    }

    /** This state as one line of text; {@link #decode} gives back the same bits. */
    public String encode() {
        StateWriter out = new StateWriter(VERSION);
        design.write(out);
        ledger.write(out);
        probes.forEach(witness -> witness.write(out));
        meshes.write(out);
        patience.write(out);
        return out.finish();
    }

    /** Reads what {@link #encode} wrote; the caller answers an {@link UnreadableState} by starting the evidence anew. */
    public static Divergence decode(String text) throws UnreadableState {
        StateReader in = new StateReader(text, VERSION);
        Design design = Design.read(in);
        Ledger ledger = Ledger.read(in, design.cohort(), design.stable());
        ErrorBudget budget = design.budget();
        List<ProbeWitness> probes = new ArrayList<>();
        for (Streams.Probe probe : design.streams().probes()) {
            probes.add(ProbeWitness.read(in, probe, design, budget));
        }
        Meshes meshes = Meshes.read(in, design, budget);
        Divergence read = new Divergence(design, budget, ledger, probes, meshes, Patience.read(in));
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
