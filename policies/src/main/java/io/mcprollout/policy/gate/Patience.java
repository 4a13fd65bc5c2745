package io.mcprollout.policy.gate;

import io.mcprollout.policy.evidence.StateReader;
import io.mcprollout.policy.evidence.StateWriter;
import io.mcprollout.policy.evidence.UnreadableState;
import java.time.Duration;
import java.time.Instant;

/**
 * Times that go on only while somebody watches, and how evidence of harm went meanwhile.
 *
 * @param last instant up to which they were counted
 * @param heard whether evidence was heard after the last instant
 * @param silence since the last evidence
 * @param harm logarithm of the evidence of harm at the last instant
 * @param surge how it rose
 * @param sick whether stable was unhealthy at the last instant
 */
record Patience(Instant last, boolean heard, Duration silence, double harm, Surge surge, boolean sick) {
    static Patience start(Instant at) {
        return new Patience(at, false, Duration.ZERO, 0, Surge.start(at), false);
    }

    /**
     * At a later instant; an earlier one changes no time.
     *
     * @param most of a longer gap than this only so much was watched
     * @param blip how long evidence of one may rise
     */
    Patience at(Instant now, Duration most, Duration blip, double harmNow, boolean sickNow) {
        Duration gap = Duration.between(last, now);
        Duration watched = gap.isNegative() ? Duration.ZERO : gap.compareTo(most) > 0 ? most : gap;
        Instant until = gap.isNegative() ? last : now;
        return new Patience(
                until,
                false,
                heard ? Duration.ZERO : silence.plus(watched),
                harmNow,
                surge.with(until, harmNow, blip),
                sickNow);
    }

    /** Whether evidence was heard since the last instant, and just before it. */
    boolean isListening() {
        return heard && silence.isZero();
    }

    /** Evidence was heard. */
    Patience withEvidence() {
        return new Patience(last, true, Duration.ZERO, harm, surge, sick);
    }

    void write(StateWriter out) {
        out.instant(last).flag(heard).duration(silence).number(harm);
        surge.write(out);
        out.flag(sick);
    }

    static Patience read(StateReader in) throws UnreadableState {
        return new Patience(in.instant(), in.flag(), in.duration(), in.number(), Surge.read(in), in.flag());
    }
}
