package io.mcprollout.simulation;

import io.mcprollout.simulation.Result.Outcome;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What became of many rollouts in one world. Times of what did not happen count as infinite, so a quantile that is not reached is infinite.
 *
 * @param runs how many rollouts
 * @param rolledBack how many went back
 * @param promoted how many were promoted
 * @param medianSecondsToRollback from when the new version went wrong, or from the start when it never did
 * @param p95SecondsToRollback the same, of 95 in 100
 * @param medianSecondsToPromote from the start
 * @param meanBadToUsers failed answers of the new version to users until the horizon
 * @param medianCandidateRequests answers of the new version to users from going wrong to the rollback
 */
public record Summary(
        int runs,
        int rolledBack,
        int promoted,
        double medianSecondsToRollback,
        double p95SecondsToRollback,
        double medianSecondsToPromote,
        double meanBadToUsers,
        double medianCandidateRequests) {
    private static final int HALVINGS = 60;
    private static final double ERROR = .05;

    /** Of these rollouts, at least one. */
    public static Summary of(List<Result> results) {
        Predicate<Result> back = result -> result.outcome() == Outcome.ROLLED_BACK;
        Predicate<Result> through = result -> result.outcome() == Outcome.PROMOTED;
        return new Summary(
                results.size(),
                (int) results.stream().filter(back).count(),
                (int) results.stream().filter(through).count(),
                quantile(results, back, Summary::late, .5),
                quantile(results, back, Summary::late, .95),
                quantile(results, through, Result::seconds, .5),
                results.stream().mapToLong(Result::badToUsers).average().orElse(0),
                quantile(results, back, result -> (double) result.candidateRequests(), .5));
    }

    private static double late(Result result) {
        return Double.isNaN(result.sinceOnset()) ? result.seconds() : result.sinceOnset();
    }

    private static double quantile(
            List<Result> results, Predicate<Result> happened, ToDoubleFunction<Result> value, double share) {
        double[] values = results.stream()
                .mapToDouble(result -> happened.test(result) ? value.applyAsDouble(result) : Double.POSITIVE_INFINITY)
                .sorted()
                .toArray();
        return values[(int) Math.max(0, Math.ceil(share * values.length) - 1)];
    }

    /** Share of rollouts that went back: 0..1. */
    public double rollbackShare() {
        return (double) rolledBack / runs;
    }

    /** Share of rollouts that were promoted: 0..1. */
    public double promotedShare() {
        return (double) promoted / runs;
    }

    /** The largest probability of going back with which so few would have gone back in at least 5 of 100 such experiments. */
    public double rollbackUpper95() {
        return upper95(rolledBack, runs);
    }

    /** One-sided upper 95 % bound of a probability by Clopper and Pearson, from {@code happened} of {@code trials}. */
    public static double upper95(int happened, int trials) {
        if (happened >= trials) {
            return 1;
        }
        double low = (double) happened / trials;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (atMost(happened, trials, middle) > ERROR) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static double atMost(int most, int trials, double probability) {
        double[] logs = new double[most + 1];
        for (int k = 0; k <= most; k++) {
            logs[k] = Sampler.logFactorial(trials)
                    - Sampler.logFactorial(k)
                    - Sampler.logFactorial((long) trials - k)
                    + k * StrictMath.log(probability)
                    + (trials - k) * StrictMath.log1p(-probability);
        }
        double largest = Arrays.stream(logs).max().orElse(0);
        return StrictMath.exp(largest)
                * Arrays.stream(logs).map(log -> StrictMath.exp(log - largest)).sum();
    }
}
