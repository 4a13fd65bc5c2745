package io.mcprollout.policy.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import io.mcprollout.policy.evidence.ProbeCode;
import io.mcprollout.policy.evidence.ProbeLog;
import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.evidence.Tally;
import io.mcprollout.policy.evidence.UnreadableState;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Input that cannot be, in any order: counters that are negative, fall, leap or vanish, readings and pairs that come twice or from another
 * time, pairs that say nothing. Nothing in it shows that the candidate is good.
 */
class BadInputProperties {
    private static final long[] VALUES = {
        -1, 0, 1, 7, 1000, 10_000_000, 1_000_000_000, 1_000_000_001, Long.MAX_VALUE, Long.MIN_VALUE
    };

    @Property(tries = 400)
    void noAbuseThrowsOrLeavesANonNumberOrLetsTheCandidateAdvance(@ForAll long seed) throws UnreadableState {
        // Given
        SplittableRandom random = new SplittableRandom(seed);
        Divergence divergence = Divergence.start(World.design(Presets.FAST.withRelativeMargin(.5), true), World.START);
        List<Verdict> verdicts = new ArrayList<>();

        // When
        for (int i = 0; i < 120; i++) {
            divergence = abused(divergence, random, World.START.plusSeconds(i));
            verdicts.add(divergence.judge(moment(random), new Weight(10)).verdict());
        }

        // Then
        assertThat(verdicts).noneMatch(Verdict.Pass.class::isInstance);
        assertThat(Divergence.decode(divergence.encode())).isEqualTo(divergence);
        assertThat(divergence.judge(World.START, new Weight(10)).streams())
                .allMatch(stream -> Double.isFinite(stream.logE()) && Double.isFinite(stream.towardsAdvance()));
    }

    private static Divergence abused(Divergence divergence, SplittableRandom random, Instant clock) {
        return switch (random.nextInt(9)) {
            case 8 ->
                divergence.with(
                        new Reading.Past(
                                World.MESH, moment(random), Map.of(Slot.A, List.of(new Tally(random.nextInt(3), 1)))),
                        log(random),
                        true);
            case 0 -> divergence.tick(moment(random));
            case 1 -> divergence.weightChanged(moment(random));
            case 2 -> divergence.with(new Reading.Unreadable(World.MESH, moment(random), "refused"), log(random), true);
            case 3, 4 -> divergence.with(pair(random, clock), random.nextBoolean());
            default -> divergence.with(reading(random, clock), log(random), random.nextBoolean());
        };
    }

    private static Reading reading(SplittableRandom random, Instant clock) {
        Map<Series, Long> counters = new HashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            Slot slot = random.nextBoolean() ? Slot.A : Slot.B;
            Series series = new Series("pod" + random.nextInt(2), slot, random.nextBoolean());
            counters.put(series, VALUES[random.nextInt(VALUES.length)]);
        }
        Instant at = random.nextInt(3) == 0 ? moment(random) : clock;
        return new Reading.Counters(World.MESH, at, Duration.ofMillis(random.nextInt(-100, 4_000_000)), counters);
    }

    private static ProbePair pair(SplittableRandom random, Instant clock) {
        Arm failed = World.arm(true);
        Arm fault = new Arm(
                new Outcome.ProberFault(ProbeCode.PROBER_FAULT, "no route"), Duration.ofSeconds(-5), "", false, "");
        Arm ok = new Arm(new Outcome.Ok(), Duration.ofDays(random.nextInt(-1, 9)), "", false, "");
        Instant at = random.nextInt(3) == 0 ? moment(random) : clock;
        long sequence = random.nextInt(-3, 9);
        return switch (random.nextInt(4)) {
            case 0 -> new ProbePair(World.PROBE, sequence, at, fault, ok);
            case 1 -> new ProbePair(World.PROBE, sequence, at, failed, failed);
            case 2 -> new ProbePair(World.PROBE, sequence, at, ok, failed);
            default -> new ProbePair(World.PROBE, 1, World.START.minusSeconds(1), ok, ok);
        };
    }

    private static ProbeLog log(SplittableRandom random) {
        Instant sent = moment(random);
        Slot slot = random.nextBoolean() ? Slot.A : Slot.B;
        return new ProbeLog(
                moment(random),
                moment(random),
                List.of(new ProbeRequest(random.nextInt(3), slot, random.nextBoolean(), sent, sent.minusSeconds(3))));
    }

    private static Instant moment(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> Instant.EPOCH.minusSeconds(random.nextInt(9));
            case 1 -> Instant.parse("9999-12-31T00:00:00Z");
            case 2 -> Instant.parse("1000-01-01T00:00:00Z");
            default -> World.START.plusSeconds(random.nextInt(-600, 600));
        };
    }
}
