package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a rollout will do; frozen when it starts, so that later edits cannot change a decision that is due.
 *
 * @param steps strictly increasing, from above 0 to 100
 * @param preflight least time at weight 0, with probes
 * @param numbers of the decision policy
 * @param streams names of the evidence streams
 * @param promotion how it ends
 * @param keep for how long after a promotion it can be undone
 * @param sessions what is done about sessions
 * @param capacity how many pods a share needs
 */
public record Plan(
        List<Step> steps,
        Duration preflight,
        Numbers numbers,
        Streams streams,
        Promotion promotion,
        Duration keep,
        SessionPlan sessions,
        Capacity capacity) {
    /** A plan of the usual capacity. */
    public Plan(
            List<Step> steps,
            Duration preflight,
            Numbers numbers,
            Streams streams,
            Promotion promotion,
            Duration keep,
            SessionPlan sessions) {
        this(steps, preflight, numbers, streams, promotion, keep, sessions, Capacity.USUAL);
    }

    public Plan {
        steps = List.copyOf(steps);
        List<String> problems = problems(steps);
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** Everything that makes a list of steps illegal, for people; empty when it is legal. */
    public static List<String> problems(List<Step> steps) {
        List<String> problems = new ArrayList<>();
        int last = 0;
        for (int i = 0; i < steps.size(); i++) {
            int weight = steps.get(i).weight().percent();
            if (weight <= last) {
                problems.add("steps[" + i + "].weight must be above " + last + " but is " + weight);
            }
            if (steps.get(i).hold().isNegative()) {
                problems.add("steps[" + i + "].hold must not be negative");
            }
            last = Math.max(last, weight);
        }
        if (last != Weight.ALL.percent()) {
            problems.add("the last step must have weight 100 but has " + last);
        }
        return problems;
    }

    /** Share of traffic in a step; none before the first. */
    public Weight weight(int step) {
        return step < 0 ? Weight.NONE : steps.get(step).weight();
    }

    /** Least time in a step; step -1 is the preflight. */
    public Duration hold(int step) {
        if (step < 0) {
            return preflight;
        }
        Duration hold = steps.get(step).hold();
        return hold.compareTo(numbers.minimumDwell()) > 0 ? hold : numbers.minimumDwell();
    }

    /** Whether a step is the last one. */
    public boolean isLast(int step) {
        return step == steps.size() - 1;
    }

    /** How long a person's approval is awaited before the step after this one is entered; empty when none is needed. */
    public Optional<Duration> approvalAfter(int step) {
        return isLast(step) ? Optional.empty() : steps.get(step + 1).approval();
    }

    /** The share that evidence must allow before a step is left: the next step's, or 100 in the last. */
    public Weight weightAfter(int step) {
        return isLast(step) ? Weight.ALL : weight(step + 1);
    }
}
