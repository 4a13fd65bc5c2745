package io.mcprollout.policy.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The numbers of a decision policy, as {@code McpRolloutPolicy} and the presets state them; frozen with the plan.
 *
 * @param falseRollbackProbability bound on rolling back a healthy candidate, for the whole rollout; 0..1 exclusive
 * @param falseAdvanceProbability bound on certifying a harmful candidate, per step; 0..1 exclusive
 * @param margin difference in failure probability that is tolerated; 0..0.5
 * @param harmBudget share of all traffic that may additionally fail after a step; 0..1 exclusive
 * @param minimumDwell least time in a step
 * @param deadline time in a step after which it is inconclusive
 * @param blipTolerance a disturbance of the candidate alone that is no longer hardly ever rolls back
 * @param scrapeInterval between readings of a mesh source
 * @param pairInterval between probe pairs
 * @param onInconclusive what happens at the deadline
 * @param noDataDeadline time without any evidence after which a step is inconclusive
 * @param holdWindow time constant over which stable is judged healthy
 * @param tolerableSlowdown by how much of its latency the candidate may be slower than stable in probe pairs: .5 is half as long again;
 *     0..100; of users' requests in the mesh 5 points more may be slow, whatever this is
 * @param relativeMargin share of stable's own failure probability to which the margin of users' requests shrinks: .5 tolerates half as many
 *     failures again; above 0, at most 100; empty: it does not
 */
public record Numbers(
        double falseRollbackProbability,
        double falseAdvanceProbability,
        double margin,
        double harmBudget,
        Duration minimumDwell,
        Duration deadline,
        Duration blipTolerance,
        Duration scrapeInterval,
        Duration pairInterval,
        DeadlineAction onInconclusive,
        Duration noDataDeadline,
        Duration holdWindow,
        double tolerableSlowdown,
        OptionalDouble relativeMargin) {

    private static final double MOST_SLOWDOWN = 100;
    private static final double MOST_RELATIVE = 100;

    /** What happens when a step's deadline passes without a verdict. */
    public enum DeadlineAction {
        /** Stay where it is and say so. */
        Hold,
        /** Return all traffic to stable. */
        Rollback
    }

    public Numbers {
        List<String> problems = problems(
                falseRollbackProbability, falseAdvanceProbability, margin, harmBudget, scrapeInterval, pairInterval);
        if (!(tolerableSlowdown >= 0 && tolerableSlowdown <= MOST_SLOWDOWN)) {
            problems.add("tolerableSlowdown must be 0..100 but is " + tolerableSlowdown);
        }
        double relative = relativeMargin.orElse(MOST_RELATIVE);
        if (!(relative > 0 && relative <= MOST_RELATIVE)) {
            problems.add("relativeMargin must be above 0 and at most 100 but is " + relative);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", problems));
        }
    }

    /** Numbers whose margin is the same for every service. */
    public Numbers(
            double falseRollbackProbability,
            double falseAdvanceProbability,
            double margin,
            double harmBudget,
            Duration minimumDwell,
            Duration deadline,
            Duration blipTolerance,
            Duration scrapeInterval,
            Duration pairInterval,
            DeadlineAction onInconclusive,
            Duration noDataDeadline,
            Duration holdWindow,
            double tolerableSlowdown) {
        this(
                falseRollbackProbability,
                falseAdvanceProbability,
                margin,
                harmBudget,
                minimumDwell,
                deadline,
                blipTolerance,
                scrapeInterval,
                pairInterval,
                onInconclusive,
                noDataDeadline,
                holdWindow,
                tolerableSlowdown,
                OptionalDouble.empty());
    }

    /** The same with the margin of users' requests shrinking to a share of stable's own failure probability. */
    public Numbers withRelativeMargin(double share) {
        return new Numbers(
                falseRollbackProbability,
                falseAdvanceProbability,
                margin,
                harmBudget,
                minimumDwell,
                deadline,
                blipTolerance,
                scrapeInterval,
                pairInterval,
                onInconclusive,
                noDataDeadline,
                holdWindow,
                tolerableSlowdown,
                OptionalDouble.of(share));
    }

    private static List<String> problems(
            double rollback, double advance, double margin, double harm, Duration scrape, Duration pair) {
        List<String> problems = new ArrayList<>();
        within("falseRollbackProbability", rollback, 1, problems);
        within("falseAdvanceProbability", advance, 1, problems);
        within("harmBudget", harm, 1, problems);
        if (!(margin >= 0 && margin <= 0.5)) {
            problems.add("margin must be 0..0.5 but is " + margin);
        }
        positive("scrapeInterval", scrape, problems);
        positive("pairInterval", pair, problems);
        return problems;
    }

    private static void within(String field, double value, double below, List<String> problems) {
        if (!(value > 0 && value < below)) {
            problems.add(field + " must be above 0 and below " + below + " but is " + value);
        }
    }

    private static void positive(String field, Duration value, List<String> problems) {
        if (value.isNegative() || value.isZero()) {
            problems.add(field + " must be longer than nothing but is " + value);
        }
    }
}
