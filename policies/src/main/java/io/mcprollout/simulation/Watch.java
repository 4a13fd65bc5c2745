package io.mcprollout.simulation;

import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.gate.Answer;
import io.mcprollout.policy.gate.Design;
import io.mcprollout.policy.gate.Divergence;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Weight;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The evidence of the attempt under way, taken in the way the controller's loop takes it. */
final class Watch {
    private static final Verdict CHANGING =
            new Verdict.Unavailable("pods are changing; what they answer speaks of no single revision");

    private final Map<Long, ProbeRequest> sent = new LinkedHashMap<>();
    private Instant since;
    private Divergence divergence;
    private boolean pure;
    private boolean wasSettled;

    Watch(Run run, Instant now) {
        var plan = run.plan();
        divergence = Divergence.start(
                new Design(
                        run.cohort(),
                        run.stable(),
                        plan.numbers(),
                        plan.streams(),
                        plan.steps().stream().map(Step::weight).toList(),
                        run.restart()),
                now);
        since = now;
    }

    /** What was seen since the last look. Of the prober's requests only those are kept that a reading may still need. */
    void see(
            List<ProbePair> pairs,
            List<ProbeRequest> requests,
            List<? extends Reading> readings,
            boolean nowPure,
            boolean settled,
            Instant now) {
        requests.forEach(request -> sent.put(request.id(), request));
        for (ProbePair pair : pairs) {
            divergence = nowPure ? divergence.with(pair, settled) : divergence;
        }
        ProbeLog log = new ProbeLog(since, now, readings.isEmpty() ? List.of() : List.copyOf(sent.values()));
        for (Reading reading : readings) {
            divergence = divergence.with(
                    reading, pure && nowPure ? log : ProbeLog.startingAt(reading.at()), wasSettled && settled);
        }
        divergence = divergence.tick(now);
        if (!readings.isEmpty()) {
            Instant needed = divergence.probesNeededSince();
            sent.values()
                    .removeIf(request ->
                            request.finished() != null && request.finished().isBefore(needed));
        }
        pure = nowPure;
        wasSettled = settled;
    }

    void weightChanged(Instant now) {
        divergence = divergence.weightChanged(now);
    }

    /** What the policy is told of it as of the last look. */
    Observation.Evidence answer(Weight next) {
        if (!pure) {
            return new Observation.Evidence(CHANGING, false);
        }
        Answer answer = divergence.answer(next);
        return new Observation.Evidence(answer.verdict(), answer.burst());
    }

    /** Another process goes on with what was saved; it knows no request of the one before. */
    void resume(Instant now) {
        try {
            divergence = Divergence.decode(divergence.encode());
        } catch (UnreadableState unreadable) {
            throw new IllegalStateException(unreadable);
        }
        sent.clear();
        since = now;
        pure = false;
        wasSettled = false;
    }
}
