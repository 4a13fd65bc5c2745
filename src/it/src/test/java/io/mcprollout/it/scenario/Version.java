package io.mcprollout.it.scenario;

import java.time.Instant;
import java.util.function.Predicate;

/**
 * How a revision of the server behaves.
 *
 * @param http probability that a request ends in a 5xx, which mesh and probes see
 * @param tool probability that a tool call answers {@code isError}, which only probes see
 * @param from when both begin; before it all is well
 */
record Version(double http, double tool, Predicate<Instant> from) {
    static final Version GOOD = new Version(0, 0, at -> true);

    static Version failing(double http) {
        return new Version(http, http, at -> true);
    }

    static Version wrong(double tool) {
        return new Version(0, tool, at -> true);
    }

    Version since(Instant onset) {
        return new Version(http, tool, at -> !at.isBefore(onset));
    }

    Version between(Instant from, Instant to) {
        return new Version(http, tool, at -> !at.isBefore(from) && at.isBefore(to));
    }

    double httpAt(Instant at) {
        return from.test(at) ? http : 0;
    }

    double toolAt(Instant at) {
        return from.test(at) ? tool : 0;
    }
}
