package io.mcprollout.controller.port;

import io.mcprollout.policy.evidence.Reading.Histogram;
import io.mcprollout.policy.evidence.Reading.Latency;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Buckets of Istio's histogram of durations, which are summed by the process that counts and by slot.
 *
 * @param buckets of any number of series
 */
public record IstioDurations(List<Bucket> buckets) {
    /** Name of the buckets in Istio's standard metrics. */
    public static final String METRIC = "istio_request_duration_milliseconds_bucket";

    /** Label that bounds a bucket. */
    public static final String BOUND = "le";

    /* Envoy counts requests at once, but shows its histograms as they were when it last flushed them, every 5 s by default. */
    private static final Duration SHOWN_WITHIN = Duration.ofSeconds(5);

    public IstioDurations {
        buckets = List.copyOf(buckets);
    }

    /**
     * Requests of one series that took at most so long.
     *
     * @param bound value of the label {@link #BOUND}; one that is no number makes the histogram one that is refused
     */
    public record Bucket(String instance, Slot slot, String bound, long count) {
        private double millis() {
            try {
                return bound.equals("+Inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(bound);
            } catch (NumberFormatException e) {
                return Double.NaN;
            }
        }
    }

    /**
     * All of it.
     *
     * @param at instant that the counters speak of that were read with it
     * @param skew how far that may be off
     * @param lacking why there is nothing, if there is nothing
     */
    public Latency latency(Instant at, Duration skew, String lacking) {
        if (buckets.isEmpty()) {
            return Latency.none(lacking);
        }
        SortedMap<String, Map<Slot, SortedMap<Double, Long>>> sums = new TreeMap<>();
        for (Bucket bucket : buckets) {
            sums.computeIfAbsent(bucket.instance(), name -> new EnumMap<>(Slot.class))
                    .computeIfAbsent(bucket.slot(), name -> new TreeMap<>())
                    .merge(bucket.millis(), bucket.count(), Long::sum);
        }
        List<Histogram> histograms = new ArrayList<>();
        sums.forEach((instance, slots) ->
                slots.forEach((slot, atMost) -> histograms.add(new Histogram(instance, slot, atMost))));
        Duration half = SHOWN_WITHIN.dividedBy(2);
        return new Latency(at.minus(half), skew.plus(half), histograms, "");
    }
}
