package io.mcprollout.simulation;

import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The gateway's histogram: of users and probes, shown as it was when it was flushed last, every 5 s. Slot A is stable. */
final class Stopwatch {
    private static final long FLUSHED_EVERY = 5000;
    private static final Duration HALF = Duration.ofMillis(FLUSHED_EVERY / 2);
    private static final Latency UNTOLD = Latency.none("this gateway shows no histogram");

    private final Service service;
    private final boolean lagging;
    private final Durations[] probes = {new Durations(), new Durations()};
    private Durations[] atRestart = {new Durations(), new Durations()};
    private Durations[] shown = {new Durations(), new Durations()};
    private Durations[] flushed = {new Durations(), new Durations()};
    private long nextFlush;

    Stopwatch(Service service, boolean lagging) {
        this.service = service;
        this.lagging = lagging;
    }

    void probed(boolean candidate, long millis) {
        probes[candidate ? 1 : 0].add(millis);
    }

    /** The gateway begins at zero. */
    void restart() {
        atRestart = all();
        shown = new Durations[] {new Durations(), new Durations()};
        nextFlush = 0;
    }

    private Durations[] all() {
        return new Durations[] {
            service.took(false).plus(probes[0], 1), service.took(true).plus(probes[1], 1)
        };
    }

    /** What is shown at a time in milliseconds. */
    Latency read(long millis, Instant at, Duration skew, String instance) {
        if (!service.isTimed()) {
            return UNTOLD;
        }
        if (millis >= nextFlush) {
            nextFlush = (millis / FLUSHED_EVERY + 1) * FLUSHED_EVERY;
            Durations[] all = all();
            Durations[] now = {all[0].plus(atRestart[0], -1), all[1].plus(atRestart[1], -1)};
            flushed = new Durations[] {now[0], lagging ? shown[1] : now[1]};
            shown = now;
        }
        return new Latency(
                at.minus(HALF),
                skew.plus(HALF),
                List.of(
                        new Histogram(instance, Slot.A, flushed[0].atMost()),
                        new Histogram(instance, Slot.B, flushed[1].atMost())),
                "");
    }
}
