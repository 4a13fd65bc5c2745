package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.Prober;
import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.PinTest;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.gate.Design;
import io.mcprollout.policy.gate.Divergence;
import io.mcprollout.policy.gate.Judgement;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The evidence of the attempt under way, as this process holds it. Immutable.
 *
 * @param run attempt that it speaks of
 * @param divergence the comparison
 * @param log the prober's own requests
 * @param probes what the probes say beside the comparison
 * @param serving of which revisions the pods were that served at the last look
 * @param outside users' requests to the candidate while it has no weight; empty once it has
 */
record LiveEvidence(
        Run run, Divergence divergence, ProbeLog log, Probes probes, Serving serving, Optional<Outside> outside) {
    private static final int UNANSWERED = 2;

    /** None yet. */
    static LiveEvidence start(Run run, Instant now) {
        return new LiveEvidence(
                run,
                Divergence.start(design(run, 0), now),
                ProbeLog.startingAt(now),
                Probes.NONE,
                Serving.UNKNOWN,
                Optional.of(Outside.start(run)));
    }

    /**
     * What was saved; evidence that cannot be read begins anew, at half the error budget, and {@code lost} hears why.
     *
     * @param unrouted whether the candidate has had no users yet
     */
    static LiveEvidence resume(Run run, boolean unrouted, String engine, Instant now, Consumer<String> lost) {
        return new LiveEvidence(
                run,
                saved(run, engine, now, lost),
                ProbeLog.startingAt(now),
                Probes.NONE,
                Serving.UNKNOWN,
                unrouted ? Optional.of(Outside.resume(run, now)) : Optional.empty());
    }

    private static Divergence saved(Run run, String engine, Instant now, Consumer<String> lost) {
        try {
            Divergence divergence = Divergence.decode(engine);
            if (divergence.design().cohort().equals(run.cohort())) {
                return divergence;
            }
            lost.accept("it compares other revisions");
        } catch (UnreadableState unreadable) {
            lost.accept(unreadable.getMessage());
        }
        return Divergence.start(design(run, 1), now);
    }

    private static Design design(Run run, int more) {
        var plan = run.plan();
        return new Design(
                run.cohort(),
                run.stable(),
                plan.numbers(),
                plan.streams(),
                plan.steps().stream().map(Step::weight).toList(),
                Math.min(30, run.restart() + more));
    }

    /**
     * With what was seen since the last look. Pairs count only while all serving pods are of the compared revisions;
     * a reading only if they were at the last look as well, else it is but the baseline of the next. What the pairs say
     * of stable alone counts while stable runs one revision, whichever that is.
     */
    LiveEvidence with(Prober.Seen seen, List<Reading> readings, Serving servingNow, Instant now) {
        Divergence next = divergence;
        ProbeLog nextLog = log.plus(seen.requests(), seen.since(), now);
        Probes tested =
                probes.with(worst(seen.sessions()), Set.copyOf(seen.echoes().values()), chosen(seen.natural()));
        Probes nextProbes = servingNow.stablePure()
                ? tested
                : new Probes(
                        0, tested.sessionsMinted(), tested.drift(), tested.pins(), tested.echoes(), tested.chosen());
        for (ProbePair pair : seen.pairs()) {
            next = servingNow.pure() ? next.with(pair, servingNow.settled()) : next;
            nextProbes = servingNow.stablePure() ? with(nextProbes, pair) : nextProbes;
        }
        Optional<Outside> nextOutside = outside;
        for (Reading reading : readings) {
            boolean counts = serving.pure() && servingNow.pure();
            boolean settled = serving.settled() && servingNow.settled();
            ProbeLog known = counts ? nextLog : ProbeLog.startingAt(reading.at());
            next = next.with(reading, known, settled, outside.isEmpty());
            nextOutside = nextOutside.map(before -> before.with(reading, nextLog));
        }
        nextOutside = nextOutside.map(before -> before.at(now));
        Instant needed = nextOutside
                .map(Outside::probesNeededSince)
                .filter(next.probesNeededSince()::isAfter)
                .orElse(next.probesNeededSince());
        return new LiveEvidence(run, next.tick(now), nextLog.from(needed), nextProbes, servingNow, nextOutside);
    }

    /** After a write that gave the candidate this weight. */
    LiveEvidence weightChanged(Instant now, Weight weight) {
        return new LiveEvidence(
                run,
                divergence.weightChanged(now, outside.isEmpty()),
                log,
                probes.with(probes.pins(), probes.echoes(), Map.of()),
                serving,
                weight.isAbove(Weight.NONE) ? Optional.empty() : outside);
    }

    Judgement judge(Instant now, Weight next) {
        return divergence.judge(now, next);
    }

    /** What the policy is told of it. */
    Observation.Evidence answer(Judgement judgement) {
        return serving.pure()
                ? new Observation.Evidence(judgement.verdict(), judgement.burst())
                : new Observation.Evidence(
                        new Verdict.Unavailable("pods are changing; what they answer speaks of no single revision"),
                        false);
    }

    private static Probes with(Probes before, ProbePair pair) {
        if (!pair.counts()) {
            return before;
        }
        Arm stable = pair.stable();
        Arm candidate = pair.candidate();
        boolean stableOk = stable.outcome() instanceof Outcome.Ok;
        boolean bothOk = stableOk && candidate.outcome() instanceof Outcome.Ok;
        return new Probes(
                stableOk ? before.stableOkInRow() + 1 : 0,
                before.sessionsMinted() || stable.sessionMinted() || candidate.sessionMinted(),
                bothOk ? drift(stable, candidate) : before.drift(),
                before.pins(),
                before.echoes(),
                before.chosen());
    }

    private Map<Slot, Integer> chosen(Map<PinId, Integer> natural) {
        Map<Slot, Integer> sum = new EnumMap<>(Slot.class);
        sum.putAll(probes.chosen());
        natural.forEach((pin, times) -> sum.merge(pin.slot(), times, Integer::sum));
        return sum;
    }

    /* The worst of the streams speaks for all; as long as one has not been tested, none has passed. */
    private Optional<PinTest> worst(Map<String, PinTest> tests) {
        Optional<PinTest> worst = tests.values().stream().max(Comparator.comparingInt(LiveEvidence::badness));
        boolean whole = run.plan().streams().probes().stream().allMatch(probe -> tests.containsKey(probe.name()));
        return worst.filter(test -> whole || badness(test) >= UNANSWERED);
    }

    private static int badness(PinTest test) {
        return switch (test) {
            case PinTest.Stateless ignored -> 0;
            case PinTest.Passed ignored -> 1;
            case PinTest.Unanswered ignored -> UNANSWERED;
            case PinTest.Untagged ignored -> UNANSWERED + 1;
            case PinTest.Lost ignored -> UNANSWERED + 2;
        };
    }

    private static String drift(Arm stable, Arm candidate) {
        if (!stable.protocol().equals(candidate.protocol())) {
            return "stable speaks MCP " + stable.protocol() + ", the candidate " + candidate.protocol();
        }
        if (stable.sessionMinted() != candidate.sessionMinted()) {
            return candidate.sessionMinted()
                    ? "the candidate mints sessions, stable does not"
                    : "stable mints sessions, the candidate does not";
        }
        return "";
    }
}
