package io.mcprollout.policy.gate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * The streams of evidence of one attempt, fixed at its start.
 *
 * @param probes one for each probe and location
 * @param mesh names of the mesh sources; sources that count the same traffic are one stream
 */
public record Streams(List<Probe> probes, List<String> mesh) {
    /** A stream of probe pairs and the time from one to the next. */
    public record Probe(String name, Duration interval) {
        public Probe {
            if (interval.isNegative() || interval.isZero()) {
                throw new IllegalArgumentException(
                        "interval of probe " + name + " must be longer than nothing but is " + interval);
            }
        }
    }

    public Streams {
        probes = List.copyOf(probes);
        mesh = List.copyOf(mesh);
        List<String> names = new ArrayList<>(mesh);
        probes.forEach(probe -> names.add(probe.name()));
        if (names.isEmpty()) {
            throw new IllegalArgumentException(
                    "at least one probe or mesh source is needed: without any there is no evidence");
        }
        if (new HashSet<>(names).size() < names.size()) {
            throw new IllegalArgumentException("each stream needs a name of its own but they are " + names);
        }
    }

    /** The longest time between two pairs of a probe; nothing without probes. */
    Duration longestInterval() {
        Duration longest = Duration.ZERO;
        for (Probe probe : probes) {
            longest = probe.interval().compareTo(longest) > 0 ? probe.interval() : longest;
        }
        return longest;
    }
}
