package io.mcprollout.simulation;

import io.mcprollout.policy.evidence.Reading;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** The mesh's cumulative counters: users and probes in the same series, as a gateway shows them. Slot A is stable. */
final class Gateway {
    static final String STREAM = "gateway";
    private static final Duration SKEW = Duration.ofMillis(50);

    private final Service service;
    private final boolean lagging;
    private final Instant start;
    private final Stopwatch stopwatch;
    private Values probes = Values.ZERO;
    private Values atRestart = Values.ZERO;
    private Values shown = Values.ZERO;
    private Names names = Names.of(0);

    private record Values(long stableOk, long stableBad, long candidateOk, long candidateBad) {
        static final Values ZERO = new Values(0, 0, 0, 0);

        Values plus(Values other, int sign) {
            return new Values(
                    stableOk + sign * other.stableOk,
                    stableBad + sign * other.stableBad,
                    candidateOk + sign * other.candidateOk,
                    candidateBad + sign * other.candidateBad);
        }
    }

    /** The series of one life of the gateway. */
    private record Names(long life, Series stableOk, Series stableBad, Series candidateOk, Series candidateBad) {
        static Names of(long life) {
            String instance = "gateway-" + life;
            return new Names(
                    life,
                    new Series(instance, Slot.A, false),
                    new Series(instance, Slot.A, true),
                    new Series(instance, Slot.B, false),
                    new Series(instance, Slot.B, true));
        }
    }

    Gateway(Service service, boolean lagging, Instant start) {
        this.service = service;
        this.lagging = lagging;
        this.start = start;
        this.stopwatch = new Stopwatch(service, lagging);
    }

    /** A probe of a version has ended. */
    void probed(boolean candidate, boolean bad, long millis) {
        if (!bad) {
            stopwatch.probed(candidate, millis);
        }
        probes = probes.plus(
                new Values(
                        !candidate && !bad ? 1 : 0,
                        !candidate && bad ? 1 : 0,
                        candidate && !bad ? 1 : 0,
                        candidate && bad ? 1 : 0),
                1);
    }

    /** The counters at a time in milliseconds, which the service has reached. */
    Reading.Counters read(long at) {
        Values all = new Values(service.stableOk(), service.stableBad(), service.candidateOk(), service.candidateBad())
                .plus(probes, 1);
        long life = service.weather().restarts(at);
        if (life != names.life) {
            names = Names.of(life);
            atRestart = all;
            shown = Values.ZERO;
            stopwatch.restart();
        }
        Values now = all.plus(atRestart, -1);
        Values candidate = lagging ? shown : now;
        shown = now;
        Instant time = start.plusMillis(at);
        return new Reading.Counters(
                STREAM,
                time,
                SKEW,
                Map.of(
                        names.stableOk, now.stableOk,
                        names.stableBad, now.stableBad,
                        names.candidateOk, candidate.candidateOk,
                        names.candidateBad, candidate.candidateBad),
                stopwatch.read(at, time, SKEW, names.stableOk.instance()));
    }
}
