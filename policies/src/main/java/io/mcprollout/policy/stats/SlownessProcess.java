package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;

/**
 * Evidence that the candidate is slower than is tolerated in more than half of the probe pairs: a bet of three stakes λ on each pair,
 * which multiplies their wealth by 1 + λ when the candidate was too slow and by 1 − λ when it was not. The null is that the median of the
 * ratio is within what is tolerated; whatever the distribution of latencies, and whatever slows both down alike.
 */
public final class SlownessProcess implements SequentialTest {
    private static final double[] STAKES = {.2, .5, .9};
    private static final double[] WON = eValues(1);
    private static final double[] LOST = eValues(-1);
    private static final double STAKED_AT_START = .5;
    private static final double STAKED_AT_EVENT = .25;

    private final Mixture mixture;

    private SlownessProcess(Mixture mixture) {
        this.mixture = mixture;
    }

    private static double[] eValues(int sign) {
        double[] eValues = new double[STAKES.length];
        for (int i = 0; i < eValues.length; i++) {
            eValues[i] = 1 + sign * STAKES[i];
        }
        return eValues;
    }

    /** Nothing seen yet. */
    public static SlownessProcess start() {
        return new SlownessProcess(Mixture.start(STAKES.length, STAKED_AT_START));
    }

    /** With one more pair in which both succeeded, so long after the last one. */
    public SlownessProcess with(boolean tooSlow, Duration elapsed) {
        double share = SequentialTest.drip(SequentialTest.seconds(elapsed));
        return new SlownessProcess(mixture.bet(share, tooSlow ? WON : LOST));
    }

    @Override
    public SlownessProcess event() {
        return new SlownessProcess(mixture.stake(STAKED_AT_EVENT));
    }

    @Override
    public double evidence() {
        return mixture.whole();
    }

    @Override
    public void write(StateWriter out) {
        mixture.write(out);
    }

    /** Reads what {@link #write} appended. */
    public static SlownessProcess read(StateReader in) throws UnreadableState {
        return new SlownessProcess(Mixture.read(in, STAKES.length));
    }
}
