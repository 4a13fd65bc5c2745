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
    private static final double LN_2 = StrictMath.log(2);
    private static final double LEAST_RATE = 1e-4;
    private static final double MOST_RATE = .6;
    private static final double MOST_PREDICTED = .99;
    private static final double LEAST_MARGIN = .0005;
    private static final long LEAST_HISTORY = 1000;
    /* One-sided 99.9 %: it is asked before each block, and the smallest answer counts. */
    private static final double SURE = 3.090232306167813;

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
     * @param relativeMargin share of stable's own failure rate to which the margin shrinks as that gets known; 0 for none
     * @param effects differences that are looked for, rising; those up to the margin are not
     * @param designEffect how many times larger the variance of a count is than if its requests were independent; at least 1
     * @param priorRate stable's failure probability before anything was seen
     * @param priorTotal number of requests that this is worth
     * @param halfLife time after which what was seen of stable counts half
     * @param capPer time in which evidence may at most be multiplied by 20; zero for no such bound
     */
    public record Settings(
            double margin,
            double relativeMargin,
            List<Double> effects,
            double designEffect,
            double priorRate,
            double priorTotal,
            Duration halfLife,
            Duration capPer) {
        /** Design effect of a mesh stream whose clusters are not known yet. */
        public static final double UNKNOWN_CLUSTERS = 2;

        private static final List<Double> OF_FAILURE = List.of(.01, .02, .04, .08, .16, .32, .64, .95);
        private static final List<Double> OF_SMALL_FAILURE =
                List.of(.002, .005, .01, .02, .04, .08, .16, .32, .64, .95);
        private static final List<Double> OF_SLOWNESS = List.of(.075, .10, .15, .25, .45, .85);

        public Settings {
            effects = List.copyOf(effects);
            boolean harmless = effects.isEmpty() || effects.getLast() <= margin;
            if (!(margin >= 0 && relativeMargin >= 0 && designEffect >= 1) || harmless) {
                throw new IllegalArgumentException("margin must be 0 to below " + OF_FAILURE.getLast()
                        + " and the design effect at least 1 but they are " + margin + " and " + designEffect);
            }
        }

        private Settings with(double effect) {
            return new Settings(margin, relativeMargin, effects, effect, priorRate, priorTotal, halfLife, capPer);
        }

        private Settings within(double smaller) {
            return new Settings(
                    smaller, relativeMargin, effects, designEffect, priorRate, priorTotal, halfLife, capPer);
        }

        /** For probe pairs, which are independent. */
        public static Settings probe(double margin, Duration blipTolerance) {
            List<Double> effects = beyond(margin, OF_FAILURE);
            return new Settings(margin, 0, effects, 1, .01, 20, Duration.ofMinutes(60), blipTolerance.dividedBy(3));
        }

        /** For mesh blocks, whose failures come in clusters. */
        public static Settings mesh(double margin, double designEffect, Duration blipTolerance) {
            return mesh(margin, 0, beyond(margin, OF_FAILURE), designEffect, blipTolerance);
        }

        /** The same with a margin that shrinks to a share of stable's own failure rate, but not below 0.05 points, and smaller effects. */
        public static Settings mesh(double margin, double relativeMargin, double designEffect, Duration blipTolerance) {
            List<Double> effects = beyond(Math.min(margin, LEAST_MARGIN), OF_SMALL_FAILURE);
            return mesh(margin, relativeMargin, effects, designEffect, blipTolerance);
        }

        private static Settings mesh(
                double margin,
                double relativeMargin,
                List<Double> effects,
                double designEffect,
                Duration blipTolerance) {
            Duration capPer = blipTolerance.dividedBy(3);
            return new Settings(margin, relativeMargin, effects, designEffect, .01, 50, Duration.ofMinutes(10), capPer);
        }

        /* The null has no harm to find up to the margin. */
        private static List<Double> beyond(double margin, List<Double> effects) {
            return effects.stream().filter(effect -> effect > margin).toList();
        }

        /**
         * For mesh blocks of answered requests, in which those are bad that took longer than 95 % of stable's did before the rollout:
         * the candidate may have 5 points more of them, so that its 90th percentile is not above stable's 95th.
         */
        public static Settings slowness(double designEffect, Duration blipTolerance) {
            return new Settings(
                    .05, 0, OF_SLOWNESS, designEffect, .05, 500, Duration.ofMinutes(10), blipTolerance.dividedBy(3));
        }

        private double cap(double seconds) {
            return SequentialTest.cap(LOG_CAP, seconds, capPer);
        }
    }

    /** Nothing seen yet. */
    public static HarmProcess start(Settings settings) {
        return new HarmProcess(
                settings,
                Mixture.start(settings.effects.size(), STAKED_AT_START),
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
        Mixture grown = grown(stable, candidate, seconds);
        boolean outage = stable.mostFailed() && candidate.mostFailed();
        return learn && !outage && stable.total() > 0
                ? learned(grown, stable, seconds)
                : new HarmProcess(settings, grown, pastBad, pastTotal);
    }

    /** What the evidence would be with one more block. */
    public double evidenceWith(Tally stable, Tally candidate, Duration elapsed) {
        return grown(stable, candidate, SequentialTest.seconds(elapsed)).whole();
    }

    private Mixture grown(Tally stable, Tally candidate, double seconds) {
        return mixture.bet(SequentialTest.drip(seconds), eValues(stable, candidate, settings.cap(seconds)));
    }

    /** What evidence is tempered by: at least 1. */
    public double designEffect() {
        return settings.designEffect;
    }

    /** The same evidence; what comes next is tempered by another design effect, which may depend on nothing but the past. */
    public HarmProcess tempered(double designEffect) {
        return designEffect == settings.designEffect
                ? this
                : new HarmProcess(settings.with(designEffect), mixture, pastBad, pastTotal);
    }

    /**
     * The same evidence; what comes next is judged by the margin that follows from stable's own failure rate, if that is smaller: from
     * the upper end of what the rate may be, so that few requests shrink it little. Nothing of what comes next may be in the counts, so
     * that the margin depends on the past alone.
     */
    public HarmProcess knowing(Tally past) {
        if (settings.relativeMargin == 0 || past.total() < LEAST_HISTORY) {
            return this;
        }
        double independent = past.total() / settings.designEffect;
        double rate = Difference.Proportion.of(independent, (double) past.bad() / past.total(), SURE)
                .high();
        double margin = Math.max(LEAST_MARGIN, settings.relativeMargin * rate);
        return margin < settings.margin ? new HarmProcess(settings.within(margin), mixture, pastBad, pastTotal) : this;
    }

    /** Difference in failure probability that is tolerated. */
    public double margin() {
        return settings.margin;
    }

    @Override
    public HarmProcess event() {
        return new HarmProcess(settings, mixture.stake(STAKED_AT_EVENT), pastBad, pastTotal);
    }

    @Override
    public double evidence() {
        return mixture.whole();
    }

    @Override
    public void write(StateWriter out) {
        out.number(pastBad).number(pastTotal).number(settings.margin);
        mixture.write(out);
    }

    /** Reads what {@link #write} appended under the same settings. */
    public static HarmProcess read(StateReader in, Settings settings) throws UnreadableState {
        double bad = in.number();
        double total = in.number();
        if (!(bad >= 0 && total > 0)) {
            throw new UnreadableState("the state predicts stable from " + bad + " failures of " + total);
        }
        double margin = in.number();
        if (!(margin >= 0 && margin <= settings.margin)) {
            throw new UnreadableState(
                    "the state tolerates a difference of " + margin + " but the policy " + settings.margin);
        }
        return new HarmProcess(settings.within(margin), Mixture.read(in, settings.effects.size()), bad, total);
    }

    /** Stable's failure probability in the next block, as its past has it. */
    public double predicted() {
        return Math.min(MOST_RATE, Math.max(LEAST_RATE, pastBad / pastTotal));
    }

    private double[] eValues(Tally stable, Tally candidate, double cap) {
        double a1 = predicted();
        double most = StrictMath.exp(cap);
        double[] eValues = new double[settings.effects.size()];
        for (int i = 0; i < eValues.length; i++) {
            double c1 = Math.min(MOST_PREDICTED, a1 + settings.effects.get(i));
            double eValue = c1 > a1 + settings.margin
                    ? BlockEvalue.tempered(stable, candidate, a1, c1, settings.margin, settings.designEffect)
                    : 1;
            eValues[i] = Math.min(eValue, most);
        }
        return eValues;
    }

    private HarmProcess learned(Mixture grown, Tally stable, double seconds) {
        double fade = StrictMath.exp(-LN_2 * seconds / SequentialTest.exact(settings.halfLife));
        double bad = pastBad * fade + Math.min((double) stable.bad(), 3.0 * stable.total() * predicted() + 3);
        double total = pastTotal * fade + stable.total();
        return new HarmProcess(settings, grown, bad, total);
    }
}
