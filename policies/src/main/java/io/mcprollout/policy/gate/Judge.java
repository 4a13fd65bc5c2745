package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.Ledger;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.gate.Judgement.Kind;
import io.mcprollout.policy.stats.Difference;
import io.mcprollout.policy.stats.ErrorBudget;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Judges evidence at one instant.
 *
 * <ol>
 *   <li>Fail when evidence of harm has reached its bound, and it cannot be a blip that is tolerated.
 *   <li>Unavailable when stable is unhealthy, most pairs cannot be carried out, or nothing is heard.
 *   <li>Inconclusive while evidence of harm is not calm, or the next weight is not certified.
 *   <li>Pass.
 * </ol>
 */
record Judge(
        Design design, ErrorBudget budget, List<ProbeWitness> probes, Meshes meshes, Patience patience, Ledger ledger) {
    private static final double CALM = StrictMath.log(5);
    private static final double SUSPICION = StrictMath.log(2);
    private static final int SILENT_INTERVALS = 3;

    Answer answer(Weight next) {
        return answer(certification(next));
    }

    private Answer answer(Certification certification) {
        return new Answer(verdict(certification), isBurst());
    }

    private Certification certification(Weight next) {
        return new Certification(design, budget, probes, meshes.failures(), next);
    }

    Judgement explained(Weight next) {
        Certification certification = certification(next);
        List<Voice> voices = voices(certification);
        Answer answer = answer(certification);
        Verdict verdict = answer.verdict();
        return new Judgement(
                verdict,
                isReached() && !(verdict instanceof Verdict.Fail),
                answer.burst(),
                share(harm(), budget.rollbackBound()),
                certification.progress(),
                streams(voices),
                probes.stream().mapToLong(witness -> witness.counts().dropped()).sum(),
                patience.silence(),
                sentence(verdict, certification));
    }

    private Verdict verdict(Certification certification) {
        if (isReached() && isConfirmed()) {
            return new Verdict.Fail(worse(certification));
        }
        Optional<String> cause = unavailable();
        if (cause.isPresent()) {
            return new Verdict.Unavailable(cause.get());
        }
        if (isReached()) {
            return new Verdict.Inconclusive(Words.confirming(worse(certification), design.blip()));
        }
        if (!isCalm()) {
            return new Verdict.Inconclusive(Words.restless(worse(certification)));
        }
        return certification.missing().<Verdict>map(Verdict.Inconclusive::new).orElseGet(Verdict.Pass::new);
    }

    /* Natural logarithm of the evidence of harm over all streams. */
    private double harm() {
        return patience.harm();
    }

    private boolean isReached() {
        return harm() >= budget.rollbackBound();
    }

    /* A blip is over sooner; or what is left of the evidence without the worst one still speaks against the candidate. */
    private boolean isConfirmed() {
        return patience.surge().spared(harm()) >= SUSPICION
                || probes.stream().anyMatch(witness -> outlasts(witness.onset()))
                || meshes.all().anyMatch(witness -> outlasts(witness.onset()));
    }

    private boolean outlasts(Onset onset) {
        return onset.streak().length().compareTo(design.numbers().blipTolerance()) >= 0;
    }

    private boolean isCalm() {
        if (harm() >= CALM) {
            return false;
        }
        for (MeshWitness witness : meshes.failures()) {
            if (witness.harm().logE() >= CALM) {
                return false;
            }
        }
        return true;
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
        for (MeshWitness witness : meshes.failures()) {
            if (witness.stableIsSick()) {
                return Optional.of(Words.sick(witness.name(), witness.health()));
            }
        }
        Duration most = Duration.ofMillis(
                SILENT_INTERVALS * design.streams().longestInterval().toMillis());
        return !most.isZero() && patience.silence().compareTo(most) > 0
                ? Optional.of(Words.silent(patience.silence()))
                : Optional.empty();
    }

    private boolean isBurst() {
        Instant since = patience.last().minus(design.numbers().holdWindow());
        for (ProbeWitness witness : probes) {
            Instant discordant = witness.counts().discordant();
            if (discordant != null && discordant.isAfter(since)) {
                return true;
            }
        }
        return harm() >= CALM;
    }

    static double share(double logE, double bound) {
        return Math.min(1, Math.max(0, logE / bound));
    }

    private List<Voice> voices(Certification certification) {
        List<Voice> voices = new ArrayList<>();
        for (ProbeWitness witness : probes) {
            voices.add(new Voice(
                    witness.probe().name(),
                    Kind.Probe,
                    witness.counts().stable(),
                    witness.counts().candidate(),
                    budget.probeShare(),
                    witness.harm().logE(),
                    certification.progress(witness),
                    () -> Words.worse(witness, harm(), budget.rollbackBound()),
                    witness.harm().margin(),
                    1,
                    witness.counts().lastFault()));
        }
        for (MeshWitness witness : meshes.failures()) {
            voices.add(new Voice(
                    witness.name(),
                    Kind.Mesh,
                    witness.stable(),
                    witness.candidate(),
                    budget.meshShare(),
                    witness.harm().logE(),
                    certification.progress(witness),
                    () -> Words.worse(witness, harm(), budget.rollbackBound()),
                    witness.harm().margin(),
                    witness.harm().designEffect(),
                    ledger.trouble(witness.name())));
        }
        for (ProbeWitness witness : probes) {
            voices.add(new Voice(
                    witness.probe().name(),
                    Kind.Latency,
                    Tally.NONE,
                    witness.counts().pace(),
                    budget.probeLatencyShare(),
                    witness.slowness().logE(),
                    0,
                    () -> Words.slower(witness, harm(), budget.rollbackBound()),
                    0,
                    1,
                    ""));
        }
        for (MeshWitness witness : meshes.latencies()) {
            voices.add(new Voice(
                    witness.name(),
                    Kind.Latency,
                    witness.stable(),
                    witness.candidate(),
                    budget.meshLatencyShare(),
                    witness.harm().logE(),
                    0,
                    () -> Words.slower(witness, ledger.slowMillis(witness.name()), harm(), budget.rollbackBound()),
                    witness.harm().margin(),
                    witness.harm().designEffect(),
                    ledger.latencyTrouble(witness.name())));
        }
        return voices;
    }

    private List<Judgement.Stream> streams(List<Voice> voices) {
        double least = leastGuilty(voices);
        return voices.stream()
                .map(voice -> new Judgement.Stream(
                        voice.name(),
                        voice.kind(),
                        voice.stable(),
                        voice.candidate(),
                        voice.logE(),
                        voice.share(),
                        share(voice.part(), budget.rollbackBound()),
                        voice.towardsAdvance(),
                        voice.logE() >= least,
                        Difference.of(voice.stable(), voice.candidate()),
                        voice.margin(),
                        voice.designEffect(),
                        voice.trouble()))
                .toList();
    }

    /* The e-BH procedure of Wang and Ramdas: of n streams those with the k largest e-values are named for the largest k for which
    the k-th is at least n / (k α). */
    private double leastGuilty(List<Voice> voices) {
        if (voices.stream().noneMatch(voice -> voice.logE() >= budget.rollbackBound())) {
            return Double.POSITIVE_INFINITY;
        }
        List<Double> falling = voices.stream()
                .map(Voice::logE)
                .sorted(Comparator.reverseOrder())
                .toList();
        for (int k = falling.size(); k > 0; k--) {
            if (falling.get(k - 1) >= budget.rollbackBound() + StrictMath.log((double) falling.size() / k)) {
                return falling.get(k - 1);
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    private static String sentence(Verdict verdict, Certification certification) {
        return switch (verdict) {
            case Verdict.Fail fail -> fail.reason();
            case Verdict.Unavailable unavailable -> unavailable.cause();
            case Verdict.Inconclusive inconclusive -> inconclusive.missing();
            case Verdict.Pass ignored -> certification.sentence();
        };
    }

    /* The part that contributes most to the average is the one to name. */
    private String worse(Certification certification) {
        return voices(certification).stream()
                .max(Comparator.comparingDouble(Voice::part))
                .map(voice -> voice.words().get())
                .orElse("");
    }
}
