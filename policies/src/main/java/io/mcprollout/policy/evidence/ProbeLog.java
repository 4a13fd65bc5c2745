package io.mcprollout.policy.evidence;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The prober's own requests over a stretch of time, so that a mesh source's counts can be freed from them.
 *
 * @param since start of the stretch: every request that was in flight then or sent later is in it
 * @param until end of the stretch: when the prober was asked last
 * @param requests each request once, in its latest known form
 */
public record ProbeLog(Instant since, Instant until, List<ProbeRequest> requests) {
    private static final Duration ALWAYS_KEPT = Duration.ofMinutes(1);
    private static final Duration MOST_KEPT = Duration.ofMinutes(15);

    public ProbeLog {
        requests = List.copyOf(requests);
    }

    /** Nothing sent yet by a prober that starts now. */
    public static ProbeLog startingAt(Instant now) {
        return new ProbeLog(now, now, List.of());
    }

    /** Continued by a prober's answer at {@code now} that is complete from {@code from} on; a hole between the two forgets what was before it. */
    public ProbeLog plus(List<ProbeRequest> seen, Instant from, Instant now) {
        boolean hole = from.isAfter(until);
        Map<Long, ProbeRequest> byId = new LinkedHashMap<>();
        if (!hole) {
            requests.forEach(request -> byId.put(request.id(), request));
        }
        seen.forEach(request -> byId.put(request.id(), request));
        return new ProbeLog(hole ? from : since, now, List.copyOf(byId.values()));
    }

    /** Without what nobody needs: what finished before an instant, but always with the last minute and never with more than 15. */
    public ProbeLog from(Instant instant) {
        Instant latest = until.minus(ALWAYS_KEPT);
        Instant earliest = until.minus(MOST_KEPT);
        Instant start = instant.isAfter(latest) ? latest : instant.isBefore(earliest) ? earliest : instant;
        if (!start.isAfter(since)) {
            return this;
        }
        List<ProbeRequest> kept = new ArrayList<>(requests);
        kept.removeIf(
                request -> request.finished() != null && request.finished().isBefore(start));
        return new ProbeLog(start, until, kept);
    }
}
