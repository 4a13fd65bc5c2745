package io.mcprollout.policy.gate;

import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.stats.ProbeCertificate;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether the evidence certifies a weight: that the harm it could do stays within the budget.
 *
 * <p>It does when every probe rules the weight's difference out; or when every mesh source does, and every probe at least the difference
 * that is asked for the view from outside. Without a probe nothing is certified.
 */
record Certification(
        Design design, ErrorBudget budget, List<ProbeWitness> probes, List<MeshWitness> meshes, Weight next) {
    /** What is missing, as a sentence; empty when the weight is certified. */
    Optional<String> missing() {
        OptionalInt index = design.certificateFor(next);
        if (index.isEmpty()) {
            return Optional.of(Words.noStep(next));
        }
        if (probes.isEmpty()) {
            return Optional.of(Words.noProbe());
        }
        if (isByProbes(index.getAsInt()) || isByMesh(index.getAsInt())) {
            return Optional.empty();
        }
        boolean meshDone = meshCertifies(index.getAsInt());
        List<String> missing = new ArrayList<>();
        for (ProbeWitness witness : probes) {
            ProbeCertificate certificate = meshDone
                    ? witness.certificates().getLast()
                    : witness.certificates().get(index.getAsInt());
            if (!certificate.certifies()) {
                missing.add(pairs(witness, certificate));
            }
        }
        String byProbes = String.join("; ", missing);
        return Optional.of(
                meshDone || meshes.isEmpty() || next.equals(design.steps().getFirst())
                        ? byProbes
                        : Words.orMesh(
                                byProbes,
                                meshLogE(index.getAsInt()),
                                budget.advanceBound(),
                                meshTime(index.getAsInt())));
    }

    private String pairs(ProbeWitness witness, ProbeCertificate certificate) {
        OptionalInt pairs = certificate.cleanPairsMissing();
        return pairs.isPresent() ? Words.missing(witness, pairs.getAsInt(), next) : Words.far(witness, next);
    }

    /** How far it is on the shorter way: 0..1. */
    double progress() {
        OptionalInt index = design.certificateFor(next);
        if (index.isEmpty() || probes.isEmpty()) {
            return 0;
        }
        double byProbes = 1;
        double outside = 1;
        for (ProbeWitness witness : probes) {
            byProbes = Math.min(
                    byProbes, share(witness.certificates().get(index.getAsInt()).logE()));
            outside = Math.min(outside, share(witness.certificates().getLast().logE()));
        }
        double byMesh = meshes.isEmpty() ? 0 : Math.min(outside, share(meshLogE(index.getAsInt())));
        return Math.max(byProbes, byMesh);
    }

    /** How far one probe is: 0..1. */
    double progress(ProbeWitness witness) {
        OptionalInt index = design.certificateFor(next);
        return index.isEmpty()
                ? 0
                : share(witness.certificates().get(index.getAsInt()).logE());
    }

    /** How far one mesh source is: 0..1. */
    double progress(MeshWitness witness) {
        OptionalInt index = design.certificateFor(next);
        return index.isEmpty()
                ? 0
                : share(witness.certificates().get(index.getAsInt()).logE());
    }

    /** What was shown, of a weight that is certified. */
    String sentence() {
        int index = design.certificateFor(next).orElseThrow();
        if (!isByProbes(index)) {
            MeshWitness weakest = meshes.stream()
                    .min(Comparator.comparingDouble(
                            witness -> witness.certificates().get(index).logE()))
                    .orElseThrow();
            return Words.certified(weakest, next, meshLogE(index), budget.advanceBound());
        }
        ProbeWitness weakest = probes.stream()
                .min(Comparator.comparingDouble(
                        witness -> witness.certificates().get(index).logE()))
                .orElseThrow();
        return Words.certified(weakest, next, weakest.certificates().get(index).logE(), budget.advanceBound());
    }

    private boolean isByProbes(int index) {
        for (ProbeWitness witness : probes) {
            if (!witness.certificates().get(index).certifies()) {
                return false;
            }
        }
        return true;
    }

    private boolean isByMesh(int index) {
        return meshCertifies(index) && probes.stream().allMatch(ProbeWitness::seesOutside);
    }

    private boolean meshCertifies(int index) {
        for (MeshWitness witness : meshes) {
            if (!witness.certificates().get(index).certifies()) {
                return false;
            }
        }
        return !meshes.isEmpty();
    }

    private double meshLogE(int index) {
        double least = Double.POSITIVE_INFINITY;
        for (MeshWitness witness : meshes) {
            least = Math.min(least, witness.certificates().get(index).logE());
        }
        return meshes.isEmpty() ? 0 : least;
    }

    /* The slowest source's; none when one of them does not get there. */
    private Optional<Duration> meshTime(int index) {
        Duration longest = Duration.ZERO;
        for (MeshWitness witness : meshes) {
            Optional<Duration> missing = witness.certificates().get(index).timeMissing();
            if (missing.isEmpty()) {
                return missing;
            }
            longest = missing.get().compareTo(longest) > 0 ? missing.get() : longest;
        }
        return Optional.of(longest);
    }

    private double share(double logE) {
        return Judge.share(logE, budget.advanceBound());
    }
}
