package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.stats.ProbeCertificate;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** The sentences in which the gate explains itself: the only place where they are made. */
final class Words {
    private static final double COUNTLESS = StrictMath.log(1e6);

    private Words() {}

    /**
     * The candidate is worse by a probe: "canary failed 6 of 6 probes of outside, stable 0 of 6: why, trace 4bf9…
     * (evidence 118 ≥ 100)".
     */
    static String worse(ProbeWitness witness, double harm, double bound) {
        Tally[] seen = sinceOnset(
                witness.onset(), witness.counts().stable(), witness.counts().candidate());
        String why = witness.onset()
                .mainReason()
                .map(reason -> ": " + failure(reason.code(), reason.example()) + trace(reason))
                .orElse("");
        return "canary failed " + share(seen[1]) + " probes of "
                + witness.probe().name() + ", stable " + share(seen[0]) + why + " " + against(harm, bound);
    }

    /** The candidate is slower by a probe. */
    static String slower(ProbeWitness witness, double harm, double bound) {
        Tally pace = witness.counts().pace();
        return "canary was more than " + StrictMath.round(100 * witness.tolerableSlowdown())
                + " % slower than stable in " + share(pace) + " pairs of "
                + witness.probe().name() + " " + against(harm, bound);
    }

    /**
     * The candidate is slower by the mesh's histogram: "slow on canary: 38 of 120 users' requests that gateway counted took longer than
     * 250 ms, on stable 31 of 900 (evidence 118 ≥ 100)".
     */
    static String slower(MeshWitness witness, OptionalDouble slowMillis, double harm, double bound) {
        Tally[] seen = sinceOnset(witness.onset(), witness.stable(), witness.candidate());
        return "slow on canary: " + share(seen[1]) + " users' requests that " + witness.name()
                + " counted took longer than " + millis(slowMillis.orElse(0)) + ", on stable " + share(seen[0]) + " "
                + against(harm, bound);
    }

    /** The candidate is worse by the mesh's counters. */
    static String worse(MeshWitness witness, double harm, double bound) {
        Tally[] seen = sinceOnset(witness.onset(), witness.stable(), witness.candidate());
        return "canary failed " + share(seen[1]) + " requests that " + witness.name() + " counted, stable "
                + share(seen[0]) + " " + against(harm, bound);
    }

    /** The bound is reached but may be a blip. */
    static String confirming(String worse, Duration blip) {
        return worse + ", but nearly all of it within " + time(blip) + ", which may be a blip: it is watched on";
    }

    /** The bound is not reached, but the canary does not look well either. */
    static String restless(String worse) {
        return worse + "; it must look well again before it gets more traffic";
    }

    /** Stable fails most probes or requests: nothing can be compared. */
    static String sick(String stream, Health health) {
        return "stable is unhealthy: " + health.percent() + " % of what " + stream + " lately saw of it failed";
    }

    /** Most pairs could not be carried out. */
    static String faulty(ProbeWitness witness) {
        return witness.faults().percent() + " % of the latest pairs of "
                + witness.probe().name() + " could not be carried out: "
                + witness.counts().lastFault();
    }

    /** Nothing was heard for too long. */
    static String silent(Duration silence) {
        return "no evidence for " + time(silence);
    }

    /** What a probe still needs to certify a weight, at best. */
    static String missing(ProbeWitness witness, int pairs, Weight next) {
        Duration eta = witness.probe().interval().multipliedBy(pairs);
        return witness.probe().name() + " needs about " + pairs + " more pairs without a failure of canary alone ("
                + time(eta) + ") for " + next;
    }

    /** A probe that is too far from certifying to count pairs. */
    static String far(ProbeWitness witness, Weight next) {
        return witness.probe().name() + " needs more than " + ProbeCertificate.MOST_CLEAN_PAIRS
                + " more pairs without a failure of canary alone for " + next;
    }

    /** What the probes need, and that the mesh's counters may be sooner: when, if users go on as lately. */
    static String orMesh(String byProbes, double logE, double bound, Optional<Duration> missing) {
        String when = missing.map(left -> ", in about " + time(left) + " of users' requests like the last ones")
                .orElse("");
        return byProbes + ", or as much from the mesh " + against(logE, bound) + when;
    }

    /** No stream can certify anything. */
    static String noProbe() {
        return "no probe is configured that could show canary to be good enough";
    }

    /** The plan has no step so high. */
    static String noStep(Weight next) {
        return "the plan has no step of " + next + " or more, so nothing was gathered for it";
    }

    /** All probes certify the weight. */
    static String certified(ProbeWitness witness, Weight next, double logE, double bound) {
        return "canary is good enough for " + next + ": it failed "
                + share(witness.counts().candidate())
                + " probes of " + witness.probe().name() + ", stable "
                + share(witness.counts().stable()) + " " + against(logE, bound);
    }

    private static String trace(Onset.Reason reason) {
        return reason.trace().isEmpty() ? "" : ", trace " + reason.trace();
    }

    /** The mesh certifies the weight. */
    static String certified(MeshWitness witness, Weight next, double logE, double bound) {
        return "canary is good enough for " + next + ": it failed " + share(witness.candidate()) + " requests that "
                + witness.name() + " counted, stable " + share(witness.stable()) + " " + against(logE, bound);
    }

    /** A code and what was seen. */
    static String failure(ProbeCode code, String detail) {
        return detail.isBlank() ? code.name() : code + " " + detail;
    }

    /** At most so many characters. */
    static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    /** A time in the two largest units that matter. */
    static String time(Duration duration) {
        long seconds = duration.plusMillis(999).toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        long minutes = seconds / 60;
        return minutes < 120 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }

    private static String millis(double millis) {
        return (millis == StrictMath.rint(millis) ? Long.toString((long) millis) : Double.toString(millis)) + " ms";
    }

    private static String share(Tally tally) {
        return tally.bad() + " of " + tally.total();
    }

    private static String against(double logE, double bound) {
        return "(evidence " + evidence(logE) + (logE >= bound ? " ≥ " : " of ") + evidence(bound) + ")";
    }

    private static String evidence(double logE) {
        if (logE > COUNTLESS) {
            return "over a million";
        }
        double value = StrictMath.exp(logE);
        return value < 10 ? tenths(value) : Long.toString((long) (value + 1e-6));
    }

    private static String tenths(double value) {
        long tenths = StrictMath.round(value * 10);
        return tenths / 10 + "." + tenths % 10;
    }

    private static Tally[] sinceOnset(Onset onset, Tally stable, Tally candidate) {
        return onset.candidate().bad() > 0
                ? new Tally[] {onset.stable(), onset.candidate()}
                : new Tally[] {stable, candidate};
    }
}
