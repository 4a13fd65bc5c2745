package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Wealth of an e-process that is a mixture over alternatives and over start times: a reserve that is not staked yet, and one logarithm of
 * wealth for each alternative. Starts as 1; staking moves some of the reserve to all alternatives alike, before the next observation.
 */
final class Mixture {
    private final double reserve;
    private final double[] logWealth;

    private Mixture(double reserve, double[] logWealth) {
        this.reserve = reserve;
        this.logWealth = logWealth;
    }

    /** All of 1 in the reserve but for what is staked at once. */
    static Mixture start(int alternatives, double staked) {
        double[] none = new double[alternatives];
        Arrays.fill(none, Double.NEGATIVE_INFINITY);
        return new Mixture(1, none).stake(staked);
    }

    /** With this share of the reserve staked from now on. */
    Mixture stake(double share) {
        double staked = reserve * share;
        if (staked == 0) {
            return this;
        }
        double each = StrictMath.log(staked / logWealth.length);
        double[] next = logWealth.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] = logSum(next[i], each);
        }
        return new Mixture(reserve - staked, next);
    }

    /** With each alternative's wealth multiplied by the exponential of its growth. */
    Mixture grow(double[] growth) {
        double[] next = logWealth.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] += growth[i];
        }
        return new Mixture(reserve, next);
    }

    /** How often the same growth must follow until the whole reaches this logarithm; empty when more often than {@code most}. */
    OptionalInt repetitionsUntil(double logWhole, double[] growth, int most) {
        if (after(most, growth) < logWhole) {
            return OptionalInt.empty();
        }
        int low = 0;
        int high = most;
        while (low < high) {
            int middle = (low + high) / 2;
            if (after(middle, growth) >= logWhole) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return OptionalInt.of(low);
    }

    private double after(int repetitions, double[] growth) {
        double[] next = new double[growth.length];
        for (int i = 0; i < next.length; i++) {
            next[i] = repetitions * growth[i];
        }
        return grow(next).logE();
    }

    /** With staked wealth given away so that the whole is at most this logarithm, which must not lie below 0. */
    Mixture capped(double logMost) {
        if (logE() <= logMost) {
            return this;
        }
        double staked = logSumAll(Double.NEGATIVE_INFINITY);
        double allowed = StrictMath.log(StrictMath.exp(logMost) - reserve);
        double[] less = new double[logWealth.length];
        Arrays.fill(less, allowed - staked);
        return grow(less);
    }

    /** Natural logarithm of all wealth. */
    double logE() {
        return logSumAll(StrictMath.log(reserve));
    }

    /** Appends reserve and wealth. */
    void write(StateWriter out) {
        out.number(reserve);
        for (double wealth : logWealth) {
            out.number(wealth);
        }
    }

    /** Reads what {@link #write} appended. */
    static Mixture read(StateReader in, int alternatives) throws UnreadableState {
        double reserve = in.number();
        if (!(reserve > 0 && reserve <= 1)) {
            throw new UnreadableState("the state has a reserve of " + reserve);
        }
        double[] wealth = new double[alternatives];
        for (int i = 0; i < alternatives; i++) {
            wealth[i] = in.number();
        }
        return new Mixture(reserve, wealth);
    }

    private double logSumAll(double first) {
        double max = first;
        for (double wealth : logWealth) {
            max = Math.max(max, wealth);
        }
        double sum = StrictMath.exp(first - max);
        for (double wealth : logWealth) {
            sum += StrictMath.exp(wealth - max);
        }
        return max + StrictMath.log(sum);
    }

    private static double logSum(double a, double b) {
        double max = Math.max(a, b);
        return max + StrictMath.log1p(StrictMath.exp(Math.min(a, b) - max));
    }
}
