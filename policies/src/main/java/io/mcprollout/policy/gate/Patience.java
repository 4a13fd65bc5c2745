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
 * @param suspected since when evidence of harm was at least 2, without a break
 * @param harm logarithm of the evidence of harm at the last instant
 * @param rose whether it rose when it last changed
 * @param sick whether stable was unhealthy at the last instant
 */
record Patience(
        Instant last, boolean heard, Duration silence, Duration suspected, double harm, boolean rose, boolean sick) {
    private static final double SUSPICION = StrictMath.log(2);

    static Patience start(Instant at) {
        return new Patience(at, false, Duration.ZERO, Duration.ZERO, 0, false, false);
    }

    /** At a later instant; of a longer gap than {@code most} only so much was watched. An earlier instant changes no time. */
    Patience at(Instant now, Duration most, double harmNow, boolean sickNow) {
        Duration gap = Duration.between(last, now);
        Duration watched = gap.isNegative() ? Duration.ZERO : gap.compareTo(most) > 0 ? most : gap;
        boolean before = harm >= SUSPICION;
        boolean still = harmNow >= SUSPICION;
        return new Patience(
                gap.isNegative() ? last : now,
                false,
                heard ? Duration.ZERO : silence.plus(watched),
                before && still ? suspected.plus(watched) : Duration.ZERO,
                harmNow,
                harmNow == harm ? rose : harmNow > harm,
                sickNow);
    }

    /** Evidence was heard. */
    Patience withEvidence() {
        return new Patience(last, true, Duration.ZERO, suspected, harm, rose, sick);
    }

    void write(StateWriter out) {
        out.instant(last)
                .flag(heard)
                .duration(silence)
                .duration(suspected)
                .number(harm)
                .flag(rose)
                .flag(sick);
    }

    static Patience read(StateReader in) throws UnreadableState {
        return new Patience(in.instant(), in.flag(), in.duration(), in.duration(), in.number(), in.flag(), in.flag());
    }
}
