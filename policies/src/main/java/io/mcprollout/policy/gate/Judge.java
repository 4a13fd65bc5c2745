package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Ledger;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.stats.ProbeCertificate;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Judges evidence at one instant.
 *
 * <ol>
 *   <li>Fail when evidence of harm has reached its bound, has been suspicious for half the blip tolerance, and still rises.
 *   <li>Unavailable when stable is unhealthy, most pairs cannot be carried out, or nothing is heard.
 *   <li>Inconclusive while evidence of harm is not calm, or a probe does not certify the next weight.
 *   <li>Pass.
 * </ol>
 *
 * @param harm natural logarithm of the evidence of harm over all streams
 */
record Judge(
        Design design,
        ErrorBudget budget,
        List<ProbeWitness> probes,
        List<MeshWitness> meshes,
        Patience patience,
        Ledger ledger,
        double harm) {
    private static final double CALM = StrictMath.log(5);
    private static final int SILENT_INTERVALS = 3;
    private static final int COUNTED_PAIRS = 2000;

    Judgement judge(Weight next) {
        boolean reached = harm >= budget.rollbackBound();
        Verdict verdict = verdict(reached, next);
        return new Judgement(
                verdict,
                reached && !(verdict instanceof Verdict.Fail),
                isBurst(),
                share(harm, budget.rollbackBound()),
                towardsAdvance(next),
                streams(),
                probes.stream().mapToLong(ProbeWitness::dropped).sum(),
                patience.silence(),
                sentence(verdict, next));
    }

    private Verdict verdict(boolean reached, Weight next) {
        if (reached && isConfirmed()) {
            return new Verdict.Fail(worse());
        }
        Optional<String> cause = unavailable();
        if (cause.isPresent()) {
            return new Verdict.Unavailable(cause.get());
        }
        if (reached) {
            Duration left = confirmFor().minus(patience.suspected());
            return new Verdict.Inconclusive(Words.confirming(worse(), left.isNegative() ? Duration.ZERO : left));
        }
        if (!isCalm()) {
            return new Verdict.Inconclusive(Words.restless(worse()));
        }
        return missing(next).<Verdict>map(Verdict.Inconclusive::new).orElseGet(Verdict.Pass::new);
    }

    private boolean isConfirmed() {
        return patience.rose() && patience.suspected().compareTo(confirmFor()) >= 0;
    }

    /* The cap on evidence for each third of the blip tolerance already holds a blip back; half of it more, while evidence still
    rises, costs a broken candidate no time and stops most blips that got so far. */
    private Duration confirmFor() {
        return design.numbers().blipTolerance().dividedBy(2);
    }

    private boolean isCalm() {
        return harm < CALM && meshes.stream().allMatch(witness -> witness.harm().logE() < CALM);
    }

    private Optional<String> unavailable() {
        for (ProbeWitness witness : probes) {
            if (witness.stableIsSick()) {
                return Optional.of(Words.sick(witness.probe().name(), witness.health()));
            }
            if (witness.isFaulty()) {
                return Optional.of(Words.faulty(witness));
            }
        }
        for (MeshWitness witness : meshes) {
            if (witness.stableIsSick()) {
                return Optional.of(Words.sick(witness.name(), witness.health()));
            }
        }
        Duration most = design.streams().longestInterval().multipliedBy(SILENT_INTERVALS);
        return !most.isZero() && patience.silence().compareTo(most) > 0
                ? Optional.of(Words.silent(patience.silence()))
                : Optional.empty();
    }

    private Optional<String> missing(Weight next) {
        OptionalInt index = design.certificateFor(next);
        if (index.isEmpty()) {
            return Optional.of(Words.noStep(next));
        }
        List<String> missing = new ArrayList<>();
        for (ProbeWitness witness : probes) {
            ProbeCertificate certificate = witness.certificates().get(index.getAsInt());
            if (!certificate.certifies()) {
                OptionalInt pairs =
                        certificate.cleanPairsMissing(witness.probe().interval(), COUNTED_PAIRS);
                missing.add(
                        pairs.isPresent()
                                ? Words.missing(witness, pairs.getAsInt(), next)
                                : Words.far(witness, COUNTED_PAIRS, next));
            }
        }
        if (probes.isEmpty()) {
            missing.add(Words.noProbe());
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", missing));
    }

    private boolean isBurst() {
        Instant since = patience.last().minus(design.numbers().holdWindow());
        return harm >= CALM
                || probes.stream()
                        .anyMatch(witness -> witness.discordant() != null
                                && witness.discordant().isAfter(since));
    }

    private double towardsAdvance(Weight next) {
        OptionalInt index = design.certificateFor(next);
        if (index.isEmpty() || probes.isEmpty()) {
            return 0;
        }
        double least = 1;
        for (ProbeWitness witness : probes) {
            double logE = witness.certificates().get(index.getAsInt()).logE();
            least = Math.min(least, share(logE, budget.advanceBound()));
        }
        return least;
    }

    private static double share(double logE, double bound) {
        return Math.min(1, Math.max(0, logE / bound));
    }

    private List<Judgement.Stream> streams() {
        List<Judgement.Stream> streams = new ArrayList<>();
        for (ProbeWitness witness : probes) {
            streams.add(new Judgement.Stream(
                    witness.probe().name(),
                    Judgement.Kind.Probe,
                    witness.stable(),
                    witness.candidate(),
                    witness.harm().logE(),
                    budget.probeShare(),
                    witness.lastFault()));
        }
        for (MeshWitness witness : meshes) {
            streams.add(new Judgement.Stream(
                    witness.name(),
                    Judgement.Kind.Mesh,
                    witness.stable(),
                    witness.candidate(),
                    witness.harm().logE(),
                    budget.meshShare(),
                    ledger.trouble(witness.name())));
        }
        return streams;
    }

    private String sentence(Verdict verdict, Weight next) {
        return switch (verdict) {
            case Verdict.Fail fail -> fail.reason();
            case Verdict.Unavailable unavailable -> unavailable.cause();
            case Verdict.Inconclusive inconclusive -> inconclusive.missing();
            case Verdict.Pass ignored -> certified(next);
        };
    }

    private String certified(Weight next) {
        int index = design.certificateFor(next).orElseThrow();
        ProbeWitness weakest = probes.getFirst();
        for (ProbeWitness witness : probes) {
            if (witness.certificates().get(index).logE()
                    < weakest.certificates().get(index).logE()) {
                weakest = witness;
            }
        }
        return Words.certified(weakest, next, weakest.certificates().get(index).logE(), budget.advanceBound());
    }

    /* The stream that contributes most to the average is the one to name. */
    private String worse() {
        double most = Double.NEGATIVE_INFINITY;
        String words = "";
        for (ProbeWitness witness : probes) {
            double part = StrictMath.log(budget.probeShare()) + witness.harm().logE();
            if (part > most) {
                most = part;
                words = Words.worse(witness, harm, budget.rollbackBound());
            }
        }
        for (MeshWitness witness : meshes) {
            double part = StrictMath.log(budget.meshShare()) + witness.harm().logE();
            if (part > most) {
                most = part;
                words = Words.worse(witness, harm, budget.rollbackBound());
            }
        }
        return words;
    }
}
