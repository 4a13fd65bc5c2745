package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.List;

/**
 * Evidence that the candidate fails more often than stable plus a margin, from one stream: a mixture over effects and over the time at
 * which the harm began.
 *
 * <ol>
 *   <li>Stake a little of the reserve.
 *   <li>Predict stable's failure probability from its past, and for each effect the candidate's.
 *   <li>Multiply each effect's wealth by its block e-value, tempered by the design effect and capped for the time that passed.
 *   <li>Learn stable's failure probability from the block, unless it was an outage.
 * </ol>
 *
 * Staking, prediction and learning look only back, tempering and capping only lower: so it stays an e-process.
 */
public final class HarmProcess implements SequentialTest {
    private static final double STAKED_AT_START = .5;
    private static final double STAKED_AT_EVENT = .25;
    private static final double LOG_CAP = StrictMath.log(20);
    private static final double LEAST_RATE = 1e-4;
    private static final double MOST_RATE = .6;
    private static final double MOST_PREDICTED = .99;

    private final Settings settings;
    private final Mixture mixture;
    private final double pastBad;
    private final double pastTotal;

    private HarmProcess(Settings settings, Mixture mixture, double pastBad, double pastTotal) {
        this.settings = settings;
        this.mixture = mixture;
        this.pastBad = pastBad;
        this.pastTotal = pastTotal;
    }

    /**
     * What is fixed for a stream.
     *
     * @param margin difference that is tolerated
     * @param effects differences that are looked for, rising; those up to the margin are not
     * @param designEffect how many times larger the variance of a count is than if its requests were independent; at least 1
     * @param priorRate stable's failure probability before anything was seen
     * @param priorTotal number of requests that this is worth
     * @param halfLife time after which what was seen of stable counts half
     * @param capPer time in which evidence may at most be multiplied by 20; zero for no such bound
     */
    public record Settings(
            double margin,
            List<Double> effects,
            double designEffect,
            double priorRate,
            double priorTotal,
            Duration halfLife,
            Duration capPer) {
        /** Design effect of a mesh stream whose clusters are not known yet. */
        public static final double UNKNOWN_CLUSTERS = 2;

        private static final List<Double> OF_FAILURE = List.of(.01, .02, .04, .08, .16, .32, .64, .95);
        private static final List<Double> OF_SLOWNESS = List.of(.075, .10, .15, .25, .45, .85);

        public Settings {
            effects = List.copyOf(effects);
            if (!(margin >= 0 && margin < effects.getLast()) || !(designEffect >= 1)) {
                throw new IllegalArgumentException("margin must be 0 to below " + effects.getLast()
                        + " and the design effect at least 1 but they are " + margin + " and " + designEffect);
            }
        }

        private Settings with(double effect) {
            return new Settings(margin, effects, effect, priorRate, priorTotal, halfLife, capPer);
        }

        /** For probe pairs, which are independent. */
        public static Settings probe(double margin, Duration blipTolerance) {
            return new Settings(margin, OF_FAILURE, 1, .01, 20, Duration.ofMinutes(60), blipTolerance.dividedBy(3));
        }

        /** For mesh blocks, whose failures come in clusters. */
        public static Settings mesh(double margin, double designEffect, Duration blipTolerance) {
            return new Settings(
                    margin, OF_FAILURE, designEffect, .01, 50, Duration.ofMinutes(10), blipTolerance.dividedBy(3));
        }

        /**
         * For mesh blocks of answered requests, in which those are bad that took longer than 95 % of stable's did before the rollout:
         * the candidate may have 5 points more of them, so that its 90th percentile is not above stable's 95th.
         */
        public static Settings slowness(double designEffect, Duration blipTolerance) {
            return new Settings(
                    .05, OF_SLOWNESS, designEffect, .05, 500, Duration.ofMinutes(10), blipTolerance.dividedBy(3));
        }

        /** Index of the smallest effect beyond the margin: the null has no harm to find below it. */
        private int first() {
            int first = 0;
            while (effects.get(first) <= margin) {
                first++;
            }
            return first;
        }

        /** Number of effects beyond the margin. */
        private int alternatives() {
            return effects.size() - first();
        }

        private double cap(double seconds) {
            return SequentialTest.cap(LOG_CAP, seconds, capPer);
        }
    }

    /** Nothing seen yet. */
    public static HarmProcess start(Settings settings) {
        return new HarmProcess(
                settings,
                Mixture.start(settings.alternatives(), STAKED_AT_START),
                settings.priorRate * settings.priorTotal,
                settings.priorTotal);
    }

    /**
     * With one more block.
     *
     * @param elapsed since the last one
     * @param learn whether stable is healthy, so that its failures may shape the prediction
     */
    public HarmProcess with(Tally stable, Tally candidate, Duration elapsed, boolean learn) {
        double seconds = SequentialTest.seconds(elapsed);
        Mixture staked = mixture.stake(SequentialTest.drip(seconds));
        Mixture grown = staked.grow(growth(stable, candidate, settings.cap(seconds)));
        boolean outage = fails(stable) && fails(candidate);
        return learn && !outage && stable.total() > 0
                ? learned(grown, stable, seconds)
                : new HarmProcess(settings, grown, pastBad, pastTotal);
    }

    /** The same evidence; what comes next is tempered by another design effect, which may depend on nothing but the past. */
    public HarmProcess tempered(double designEffect) {
        return designEffect == settings.designEffect
                ? this
                : new HarmProcess(settings.with(designEffect), mixture, pastBad, pastTotal);
    }

    @Override
    public HarmProcess event() {
        return new HarmProcess(settings, mixture.stake(STAKED_AT_EVENT), pastBad, pastTotal);
    }

    @Override
    public double logE() {
        return mixture.logE();
    }

    @Override
    public void write(StateWriter out) {
        out.number(pastBad).number(pastTotal);
        mixture.write(out);
    }

    /** Reads what {@link #write} appended under the same settings. */
    public static HarmProcess read(StateReader in, Settings settings) throws UnreadableState {
        double bad = in.number();
        double total = in.number();
        if (!(bad >= 0 && total > 0)) {
            throw new UnreadableState("the state predicts stable from " + bad + " failures of " + total);
        }
        return new HarmProcess(settings, Mixture.read(in, settings.alternatives()), bad, total);
    }

    /** Stable's failure probability in the next block, as its past has it. */
    public double predicted() {
        return Math.min(MOST_RATE, Math.max(LEAST_RATE, pastBad / pastTotal));
    }

    private double[] growth(Tally stable, Tally candidate, double cap) {
        double a1 = predicted();
        int first = settings.first();
        double[] growth = new double[settings.effects.size() - first];
        for (int i = 0; i < growth.length; i++) {
            double c1 = Math.min(MOST_PREDICTED, a1 + settings.effects.get(first + i));
            double lnE = c1 > a1 + settings.margin
                    ? BlockEvalue.of(stable, candidate, a1, c1, settings.margin).lnE()
                    : 0;
            growth[i] = Math.min(lnE / settings.designEffect, cap);
        }
        return growth;
    }

    private HarmProcess learned(Mixture grown, Tally stable, double seconds) {
        double fade = StrictMath.pow(.5, seconds / SequentialTest.exact(settings.halfLife));
        double bad = pastBad * fade + Math.min((double) stable.bad(), 3.0 * stable.total() * predicted() + 3);
        double total = pastTotal * fade + stable.total();
        return new HarmProcess(settings, grown, bad, total);
    }

    private static boolean fails(Tally tally) {
        return tally.bad() > tally.ok();
    }
}
