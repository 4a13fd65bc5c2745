package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.util.OptionalInt;

/**
 * Wealth of an e-process that is a mixture over alternatives and over start times: a reserve that is not staked yet, and what each
 * alternative has made of its stakes. Starts as 1; staking moves some of the reserve to all alternatives alike, before the next observation.
 */
final class Mixture {
    /* Wealth beyond it is given away, so that whatever comes stays a number. */
    private static final double MOST = 1e300;

    private final double reserve;
    private final double[] wealth;

    private Mixture(double reserve, double[] wealth) {
        this.reserve = reserve;
        this.wealth = wealth;
    }

    /** All of 1 in the reserve but for what is staked at once. */
    static Mixture start(int alternatives, double staked) {
        return new Mixture(1, new double[alternatives]).stake(staked);
    }

    /** With this share of the reserve staked from now on. */
    Mixture stake(double share) {
        double staked = reserve * share;
        double[] next = wealth.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] += staked / next.length;
        }
        return new Mixture(reserve - staked, next);
    }

    /** With this share of the reserve staked, and then each alternative's wealth multiplied by its e-value. */
    Mixture bet(double share, double[] eValues) {
        double staked = reserve * share;
        double[] next = wealth.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] = Math.min(MOST, (next[i] + staked / next.length) * Math.min(MOST, eValues[i]));
        }
        return new Mixture(reserve - staked, next);
    }

    /**
     * How often the same e-values, none below 1, must follow until the whole reaches this; empty when more often than the powers allow.
     *
     * @param powers of the e-values: the first, second, fourth and so on
     */
    OptionalInt repetitionsUntil(double whole, double[][] powers) {
        if (whole() >= whole) {
            return OptionalInt.of(0);
        }
        int below = 0;
        double[] reached = wealth.clone();
        for (int i = powers.length - 1; i >= 0; i--) {
            if (reserve + sumOfProducts(reached, powers[i]) < whole) {
                below += 1 << i;
                for (int k = 0; k < reached.length; k++) {
                    reached[k] *= powers[i][k];
                }
            }
        }
        return below < (1 << powers.length) - 1 ? OptionalInt.of(below + 1) : OptionalInt.empty();
    }

    private static double sumOfProducts(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** With staked wealth given away so that the whole is at most this, which must be at least 1. */
    Mixture capped(double most) {
        double staked = sum(wealth);
        if (reserve + staked <= most) {
            return this;
        }
        double[] less = wealth.clone();
        for (int i = 0; i < less.length; i++) {
            less[i] *= (most - reserve) / staked;
        }
        return new Mixture(reserve, less);
    }

    /** All wealth. */
    double whole() {
        return reserve + sum(wealth);
    }

    private static double sum(double[] parts) {
        double sum = 0;
        for (double part : parts) {
            sum += part;
        }
        return sum;
    }

    /** Appends reserve and wealth. */
    void write(StateWriter out) {
        out.number(reserve);
        for (double each : wealth) {
            out.number(each);
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
            if (!(wealth[i] >= 0 && wealth[i] <= MOST)) {
                throw new UnreadableState("the state has a wealth of " + wealth[i]);
            }
        }
        return new Mixture(reserve, wealth);
    }
}
