package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;

/**
 * Evidence that the candidate fails less than {@code margin} more often than stable, from probe pairs: the null is that it fails at least
 * so much more often.
 *
 * <p>Betting on D = candidate failed − stable failed, which is 1, 0 or −1: each of eight stakes λ multiplies its wealth by
 * 1 + λ(margin − D). A pair in which both failed multiplies by 1, which is less, so that an outage certifies nothing. Valid for any
 * dependence inside a pair and any drift. Wealth beyond the bound plus 1 is given away, so that a long healthy past cannot outweigh a sick
 * present.
 */
public final class ProbeCertificate implements SequentialTest {
    private static final double[] FRACTIONS = {.1, .2, .35, .5, .65, .8, .9, .97};
    /** So many pairs are counted ahead. */
    public static final int MOST_CLEAN_PAIRS = 2000;

    private static final int DOUBLINGS = 11;
    private static final double STAKED_AT_START = .75;
    private static final double STAKED_AT_EVENT = .25;

    private final Bets bets;
    private final Mixture mixture;

    private ProbeCertificate(Bets bets, Mixture mixture) {
        this.bets = bets;
        this.mixture = mixture;
    }

    /* When it certifies, and what each stake's wealth is multiplied by when the candidate alone, stable alone, or none of the two failed. */
    private static final class Bets {
        private final double margin;
        private final double enough;
        private final double most;
        private final double[] candidateFailed;
        private final double[] stableFailed;
        private final double[] noneFailed;
        private final double[][] cleanPowers;

        private Bets(double margin, double bound) {
            this.margin = margin;
            this.enough = StrictMath.exp(bound);
            this.most = SequentialTest.most(bound);
            candidateFailed = eValues(margin, 1);
            stableFailed = eValues(margin, -1);
            noneFailed = eValues(margin, 0);
            cleanPowers = powers(noneFailed);
        }

        private static double[][] powers(double[] eValues) {
            double[][] powers = new double[DOUBLINGS][];
            powers[0] = eValues;
            for (int i = 1; i < DOUBLINGS; i++) {
                powers[i] =
                        Arrays.stream(powers[i - 1]).map(each -> each * each).toArray();
            }
            return powers;
        }

        private static double[] eValues(double margin, int difference) {
            double[] eValues = new double[FRACTIONS.length];
            for (int i = 0; i < eValues.length; i++) {
                eValues[i] = 1 + FRACTIONS[i] / (1 - margin) * (margin - difference);
            }
            return eValues;
        }
    }

    /** Nothing seen yet; {@code bound} is the logarithm of the evidence at which it certifies. */
    public static ProbeCertificate start(double margin, double bound) {
        if (!(margin > 0 && margin < 1) || !(bound > 0)) {
            throw new IllegalArgumentException(
                    "a certificate needs a margin within 0..1 and a bound above 0 but they are " + margin + " and "
                            + bound);
        }
        return new ProbeCertificate(new Bets(margin, bound), Mixture.start(FRACTIONS.length, STAKED_AT_START));
    }

    /** Difference that it rules out. */
    public double margin() {
        return bets.margin;
    }

    /** With one more pair. */
    public ProbeCertificate with(boolean stableFailed, boolean candidateFailed, Duration elapsed) {
        double share = SequentialTest.drip(SequentialTest.seconds(elapsed));
        if (stableFailed && candidateFailed) {
            return new ProbeCertificate(bets, mixture.stake(share));
        }
        double[] eValues = candidateFailed ? bets.candidateFailed : stableFailed ? bets.stableFailed : bets.noneFailed;
        return new ProbeCertificate(bets, mixture.bet(share, eValues).capped(bets.most));
    }

    /** Whether the candidate is certified. */
    public boolean certifies() {
        return evidence() >= bets.enough;
    }

    /**
     * How many pairs without a failure it takes until it certifies; empty when more than {@link #MOST_CLEAN_PAIRS}. What is staked meanwhile
     * is left out, which makes it a little more than it will be.
     */
    public OptionalInt cleanPairsMissing() {
        OptionalInt pairs = mixture.repetitionsUntil(bets.enough, bets.cleanPowers);
        return pairs.orElse(0) > MOST_CLEAN_PAIRS ? OptionalInt.empty() : pairs;
    }

    @Override
    public ProbeCertificate event() {
        return new ProbeCertificate(bets, mixture.stake(STAKED_AT_EVENT));
    }

    @Override
    public double evidence() {
        return mixture.whole();
    }

    @Override
    public void write(StateWriter out) {
        mixture.write(out);
    }

    /** Reads what {@link #write} appended under the same margin and bound. */
    public static ProbeCertificate read(StateReader in, double margin, double bound) throws UnreadableState {
        return new ProbeCertificate(new Bets(margin, bound), Mixture.read(in, FRACTIONS.length));
    }
}
