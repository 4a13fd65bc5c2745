package io.mcprollout.sandbox.agent;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.HdrHistogram.Histogram;

/** Counts calls as they are sent and as they end; safe for any number of threads. */
final class Tallies {

    private static final long HIGHEST_MICROS = 600_000_000;

    private final Predicate<CallResult> blamesCanary;
    private final Histogram lateness = new Histogram(HIGHEST_MICROS, 2);
    private final Histogram took = new Histogram(HIGHEST_MICROS, 2);
    private final Map<Failure, Long> failures = new EnumMap<>(Failure.class);
    private final Map<String, LoadCounts.Answers> byVariant = new HashMap<>();
    private long sent;
    private long ok;
    private long failed;
    private long blamed;

    Tallies(Predicate<CallResult> blamesCanary) {
        this.blamesCanary = blamesCanary;
    }

    synchronized void sent(Duration late) {
        sent++;
        lateness.recordValue(micros(late));
    }

    synchronized void ended(CallResult result) {
        took.recordValue(micros(result.took()));
        byVariant.merge(
                result.answeredBy(),
                new LoadCounts.Answers(0, 0).plus(result.ok()),
                (before, one) -> before.plus(result.ok()));
        if (result.failure() == null) {
            ok++;
            return;
        }
        failed++;
        failures.merge(result.failure(), 1L, Long::sum);
        if (blamesCanary.test(result)) {
            blamed++;
        }
    }

    synchronized LoadCounts counts() {
        return new LoadCounts(
                ok,
                failed,
                blamed,
                sent - ok - failed,
                failures,
                byVariant,
                lateness.getValueAtPercentile(99) / 1000.0,
                took.getValueAtPercentile(50) / 1000.0,
                took.getValueAtPercentile(99) / 1000.0);
    }

    private static long micros(Duration duration) {
        return Math.clamp(duration.toNanos() / 1000, 0, HIGHEST_MICROS);
    }
}
