package io.mcprollout.simulation;

import java.util.ArrayList;
import java.util.List;

/**
 * A service, and what goes wrong while a new version of it is released. One seed makes one history of it.
 *
 * @param perSecond requests of users per second, Poisson
 * @param failing probability that the stable version fails a request: 0..1
 * @param regression what is wrong with the new version
 * @param sessions how requests hang together
 * @param lagging whether the mesh shows the new version's counters one reading late
 * @param disturbances what else happens
 * @param pace how long answers take
 */
public record World(
        double perSecond,
        double failing,
        Regression regression,
        Sessions sessions,
        boolean lagging,
        List<Disturbance> disturbances,
        Pace pace) {
    public World {
        disturbances = List.copyOf(disturbances);
        if (!(perSecond >= 0 && perSecond <= 1e6)) {
            throw new IllegalArgumentException("requests per second must be 0..1e6 but are " + perSecond);
        }
        if (!(failing >= 0 && failing <= 1)) {
            throw new IllegalArgumentException("failing must be 0..1 but is " + failing);
        }
    }

    /** A world of whose latency the mesh tells nothing. */
    public World(
            double perSecond,
            double failing,
            Regression regression,
            Sessions sessions,
            boolean lagging,
            List<Disturbance> disturbances) {
        this(perSecond, failing, regression, sessions, lagging, disturbances, Pace.UNTOLD);
    }

    /** Two versions that are alike. */
    public static World of(double perSecond, double failing) {
        return new World(perSecond, failing, Regression.NONE, Sessions.NONE, false, List.of());
    }

    /** The same with another new version. */
    public World with(Regression next) {
        return new World(perSecond, failing, next, sessions, lagging, disturbances, pace);
    }

    /** The same with other sessions. */
    public World with(Sessions next) {
        return new World(perSecond, failing, regression, next, lagging, disturbances, pace);
    }

    /** The same with answers that take another time. */
    public World with(Pace next) {
        return new World(perSecond, failing, regression, sessions, lagging, disturbances, next);
    }

    /** The same with one more disturbance. */
    public World with(Disturbance more) {
        List<Disturbance> next = new ArrayList<>(disturbances);
        next.add(more);
        return new World(perSecond, failing, regression, sessions, lagging, next, pace);
    }

    /** The same with the new version's counters one reading late. */
    public World withLag() {
        return new World(perSecond, failing, regression, sessions, true, disturbances, pace);
    }
}
