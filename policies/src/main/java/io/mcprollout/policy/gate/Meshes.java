package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.ClosedBlock;
import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.stats.ErrorBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All that the mesh sources have said, each of both.
 *
 * @param failures of users' requests
 * @param latencies of users' requests that were answered
 */
record Meshes(List<MeshWitness> failures, List<MeshWitness> latencies) {
    /** Nothing yet. */
    static Meshes start(Design design, ErrorBudget budget) {
        List<String> names = design.streams().mesh();
        return new Meshes(
                names.stream()
                        .map(name -> MeshWitness.start(name, design, budget))
                        .toList(),
                names.stream()
                        .map(name -> MeshWitness.startLatency(name, design))
                        .toList());
    }

    /** Everything that was said. */
    Stream<MeshWitness> all() {
        return Stream.concat(failures.stream(), latencies.stream());
    }

    /** What a source has said of failures; empty when there is no such source. */
    Optional<MeshWitness> failures(String name) {
        return named(failures, name);
    }

    /** What a source has said of latency. */
    Optional<MeshWitness> latency(String name) {
        return named(latencies, name);
    }

    /** With a block of failures. */
    Meshes withFailures(ClosedBlock closed, UnaryOperator<MeshWitness> change) {
        return new Meshes(changed(failures, closed.users().stream(), change), latencies);
    }

    /** With a block of latency. */
    Meshes withLatency(ClosedBlock closed, UnaryOperator<MeshWitness> change) {
        return new Meshes(failures, changed(latencies, closed.users().stream(), change));
    }

    /** With something that is known of a source's failures beside its blocks. */
    Meshes withFailures(String name, UnaryOperator<MeshWitness> change) {
        return new Meshes(changed(failures, name, change), latencies);
    }

    /** As {@link MeshWitness#event}. */
    Meshes event(boolean all) {
        return new Meshes(
                failures.stream().map(witness -> witness.event(all)).toList(),
                latencies.stream().map(witness -> witness.event(all)).toList());
    }

    /** Whether stable fails most of its users' requests, as one source sees it. */
    boolean stableIsSick() {
        for (MeshWitness witness : failures) {
            if (witness.stableIsSick()) {
                return true;
            }
        }
        return false;
    }

    void write(StateWriter out) {
        failures.forEach(witness -> witness.write(out));
        latencies.forEach(witness -> witness.write(out));
    }

    static Meshes read(StateReader in, Design design, ErrorBudget budget) throws UnreadableState {
        List<MeshWitness> failures = new ArrayList<>();
        for (String name : design.streams().mesh()) {
            failures.add(MeshWitness.read(in, name, design, budget));
        }
        List<MeshWitness> latencies = new ArrayList<>();
        for (String name : design.streams().mesh()) {
            latencies.add(MeshWitness.readLatency(in, name, design));
        }
        return new Meshes(List.copyOf(failures), List.copyOf(latencies));
    }

    private static Optional<MeshWitness> named(List<MeshWitness> witnesses, String name) {
        for (MeshWitness witness : witnesses) {
            if (witness.name().equals(name)) {
                return Optional.of(witness);
            }
        }
        return Optional.empty();
    }

    private static List<MeshWitness> changed(
            List<MeshWitness> witnesses, String name, UnaryOperator<MeshWitness> change) {
        List<MeshWitness> next = new ArrayList<>(witnesses);
        next.replaceAll(each -> each.name().equals(name) ? change.apply(each) : each);
        return List.copyOf(next);
    }
}
