package io.mcprollout.policy.stats;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.util.Optional;

/**
 * Evidence that the candidate fails less than {@code margin} more often than stable, from blocks of users' requests: the null is that it
 * fails at least so much more often.
 *
 * <p>The block e-value against two alternatives, a candidate as good as stable and one that is worse by half the margin; tempered by the
 * design effect, doubled at most in a given time, and not grown by a block in which most requests of both versions failed: an outage
 * certifies nothing. Wealth beyond the bound plus 1 is given away, as by {@link ProbeCertificate}.
 */
public final class MeshCertificate implements SequentialTest {
    private static final int ALTERNATIVES = 2;
    private static final double STAKED_AT_START = .75;
    private static final double STAKED_AT_EVENT = .25;
    private static final double LOG_CAP = StrictMath.log(2);
    private static final double MOST_PREDICTED = .99;
    private static final double FOR_EVER_SECONDS = 86_400;

    private final Settings settings;
    private final double most;
    private final Mixture mixture;
    private final Pace pace;

    private MeshCertificate(Settings settings, double most, Mixture mixture, Pace pace) {
        this.settings = settings;
        this.most = most;
        this.mixture = mixture;
        this.pace = pace;
    }

    /**
     * How fast evidence grew lately; what is a minute ago counts half.
     *
     * @param growth of its logarithm
     * @param seconds in which it grew so much
     */
    private record Pace(double growth, double seconds) {
        private static final Pace NONE = new Pace(0, 0);
        private static final double DECAY = StrictMath.log(2) / 60;

        Pace with(double more, double elapsed) {
            double fade = StrictMath.exp(-DECAY * elapsed);
            return new Pace(growth * fade + more, seconds * fade + elapsed);
        }
    }

    /**
     * What is fixed for a certificate.
     *
     * @param margin difference that it rules out: 0..1 exclusive
     * @param bound logarithm of the evidence at which it certifies: above 0
     * @param capPer time in which evidence may at most be doubled; zero for no such bound
     */
    public record Settings(double margin, double bound, Duration capPer) {
        public Settings {
            if (!(margin > 0 && margin < 1) || !(bound > 0)) {
                throw new IllegalArgumentException(
                        "a certificate needs a margin within 0..1 and a bound above 0 but they are " + margin + " and "
                                + bound);
            }
        }
    }

    /** Nothing seen yet. */
    public static MeshCertificate start(Settings settings) {
        Mixture mixture = Mixture.start(ALTERNATIVES, STAKED_AT_START);
        return new MeshCertificate(settings, SequentialTest.most(settings.bound), mixture, Pace.NONE);
    }

    /**
     * With one more block.
     *
     * @param predicted stable's failure probability, as the past has it: {@link HarmProcess#predicted}
     * @param designEffect of the stream, as the past has it; at least 1
     * @param elapsed since the last block
     */
    public MeshCertificate with(
            Tally stable, Tally candidate, double predicted, double designEffect, Duration elapsed) {
        double seconds = SequentialTest.seconds(elapsed);
        double cap = stable.mostFailed() && candidate.mostFailed()
                ? 0
                : SequentialTest.cap(LOG_CAP, seconds, settings.capPer);
        double mostGrowth = StrictMath.exp(cap);
        double[] eValues = new double[ALTERNATIVES];
        for (int i = 0; i < ALTERNATIVES; i++) {
            double assumed = Math.min(MOST_PREDICTED, predicted + i * settings.margin / 2);
            double eValue = assumed < predicted + settings.margin
                    ? BlockEvalue.tempered(stable, candidate, predicted, assumed, settings.margin, designEffect)
                    : 1;
            eValues[i] = Math.min(eValue, mostGrowth);
        }
        Mixture next = mixture.bet(SequentialTest.drip(seconds), eValues).capped(most);
        double growth = StrictMath.log(next.whole() / evidence());
        return new MeshCertificate(settings, most, next, pace.with(growth, seconds));
    }

    /** How long it takes until it certifies if users' requests go on as lately; empty while evidence does not grow, or for ever. */
    public Optional<Duration> timeMissing() {
        double seconds = Math.max(0, settings.bound - logE()) * pace.seconds / pace.growth;
        return pace.growth > 0 && seconds < FOR_EVER_SECONDS
                ? Optional.of(Duration.ofSeconds((long) Math.ceil(seconds)))
                : Optional.empty();
    }

    /** Whether the candidate is certified. */
    public boolean certifies() {
        return evidence() >= StrictMath.exp(settings.bound);
    }

    @Override
    public MeshCertificate event() {
        return new MeshCertificate(settings, most, mixture.stake(STAKED_AT_EVENT), pace);
    }

    @Override
    public double evidence() {
        return mixture.whole();
    }

    @Override
    public void write(StateWriter out) {
        mixture.write(out);
        out.number(pace.growth).number(pace.seconds);
    }

    /** Reads what {@link #write} appended under the same settings. */
    public static MeshCertificate read(StateReader in, Settings settings) throws UnreadableState {
        Mixture mixture = Mixture.read(in, ALTERNATIVES);
        Pace pace = new Pace(in.number(), in.number());
        return new MeshCertificate(settings, SequentialTest.most(settings.bound), mixture, pace);
    }
}
