package io.mcprollout.controller.adapter.prometheus;

import io.mcprollout.controller.adapter.prometheus.PromAnswer.Point;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.evidence.Reading.Series;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Samples summed by the process that counts; confined to one thread. */
final class Tallies {
    private final Map<Series, Long> counters = new HashMap<>();
    private final Map<String, Long> unattributed = new HashMap<>();
    private Instant oldest = Instant.MAX;
    private Instant newest = Instant.MIN;

    /** Adds a counter of good or of failed requests; without a slot, of failures that reached no pod. */
    void add(Point point, Optional<Slot> slot, boolean bad) {
        add(instance(point.labels()), point, slot, bad, point.value());
    }

    /** Adds a counter of a query of the administrator's: of the failed requests, or of all, of which those are a part. */
    void addOf(Point point, Slot slot, boolean failed) {
        Map<String, String> labels = new TreeMap<>(point.labels());
        labels.remove("__name__");
        String instance = labels.toString();
        add(instance, point, Optional.of(slot), failed, point.value());
        if (failed) {
            counters.merge(new Series(instance, slot, false), -point.value(), Long::sum);
        }
    }

    /** What cannot be, as a sentence: more failed requests than there were at all; empty when there is no such thing. */
    Optional<String> impossible() {
        return counters.entrySet().stream()
                .filter(counter -> counter.getValue() < 0)
                .map(Map.Entry::getKey)
                .map(series -> "it counts " + counters.get(new Series(series.instance(), series.slot(), true))
                        + " failed requests, which is more than all, for " + series.instance()
                        + "; the queries failed and total must count the same requests under the same labels")
                .findFirst();
    }

    private void add(String instance, Point point, Optional<Slot> slot, boolean bad, long value) {
        for (Slot each : Slot.values()) {
            counters.putIfAbsent(new Series(instance, each, false), 0L);
            counters.putIfAbsent(new Series(instance, each, true), 0L);
        }
        oldest = point.at().isBefore(oldest) ? point.at() : oldest;
        newest = point.at().isAfter(newest) ? point.at() : newest;
        unattributed.merge(instance, slot.isEmpty() ? value : 0, Long::sum);
        slot.ifPresent(owner -> counters.merge(new Series(instance, owner, bad), value, Long::sum));
    }

    /** Whether nothing was added. */
    boolean isEmpty() {
        return counters.isEmpty();
    }

    /** All of it, as of the middle between the oldest and the newest sample. */
    Count.Counted counted(Duration clockSkew, Latency latency) {
        Duration half = Duration.between(oldest, newest).dividedBy(2);
        return new Count.Counted(oldest.plus(half), half.plus(clockSkew), counters, unattributed, latency);
    }

    /** When the newest sample was taken. */
    Instant newest() {
        return newest;
    }

    /** The process that counts a series of Istio's. */
    static String instance(Map<String, String> labels) {
        String pod = labels.getOrDefault("pod", labels.getOrDefault("kubernetes_pod_name", ""));
        String target = labels.getOrDefault("instance", "");
        return pod.isEmpty() ? target : target + "/" + pod;
    }
}
