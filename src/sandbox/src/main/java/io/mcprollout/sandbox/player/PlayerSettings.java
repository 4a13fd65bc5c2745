package io.mcprollout.sandbox.player;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * How the player plays.
 *
 * @param nodes how many nodes there are
 * @param backOff wait before the second restart of a container; doubles with each further one up to {@code longestBackOff}
 * @param pullRetry wait between two attempts to pull an image
 * @param grace how long a pod that is deleted still serves what it has begun
 * @param logs folder for the output of processes
 */
public record PlayerSettings(
        int nodes,
        Duration backOff,
        Duration longestBackOff,
        Duration pullRetry,
        Duration grace,
        Path logs,
        Clock clock) {

    /** Three nodes; the kubelet's back-off of 10 s to 5 min, 5 s between pulls, 1 s grace, logs in {@code target/pods}. */
    public static PlayerSettings defaults() {
        return new PlayerSettings(
                3,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Path.of("target", "pods"),
                Clock.systemUTC());
    }

    /** The same with this back-off, and half of it between pulls. */
    public PlayerSettings withBackOff(Duration backOff) {
        return new PlayerSettings(nodes, backOff, longestBackOff, backOff.dividedBy(2), grace, logs, clock);
    }

    /** The same with this grace. */
    public PlayerSettings withGrace(Duration grace) {
        return new PlayerSettings(nodes, backOff, longestBackOff, pullRetry, grace, logs, clock);
    }

    /** The wait before the n-th restart, n from 1: none before the first. */
    Duration beforeRestart(int n) {
        if (n <= 1) {
            return Duration.ZERO;
        }
        Duration wait = backOff.multipliedBy(1L << Math.min(n - 2, 20));
        return wait.compareTo(longestBackOff) > 0 ? longestBackOff : wait;
    }
}
