package io.mcprollout.controller.adapter.polled;

import io.mcprollout.controller.port.CounterReader;
import io.mcprollout.controller.port.CounterReader.Count;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.policy.evidence.Reading;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One order being carried out: a timer, one reading at a time, and what the last one said. */
final class Poll {
    private static final Duration SHORTEST_DEADLINE = Duration.ofSeconds(1);
    private static final Duration LONGEST_DEADLINE = Duration.ofSeconds(5);

    /** A reading from further ahead than clocks differ would make all that follow look old. */
    private static final Duration MOST_AHEAD = Duration.ofSeconds(30);

    /** One request in so many may reach no pod without spoiling the comparison: well below the margin of the statistics. */
    private static final long SPOILT_ONE_IN = 500;

    private final Vertx vertx;
    private final Clock clock;
    private final CounterReader reader;
    private final MeshOrder order;
    private final BiConsumer<Poll, Reading> sink;
    private long timer = -1;
    private boolean reading;
    private boolean stopped;
    private Count.@Nullable Counted last;

    private Poll(Vertx vertx, Clock clock, CounterReader reader, MeshOrder order, BiConsumer<Poll, Reading> sink) {
        this.vertx = vertx;
        this.clock = clock;
        this.reader = reader;
        this.order = order;
        this.sink = sink;
    }

    /** Starts to read, at once and then at every interval; the sink is called on any thread. */
    static Poll start(Vertx vertx, Clock clock, CounterReader reader, MeshOrder order, BiConsumer<Poll, Reading> sink) {
        Poll poll = new Poll(vertx, clock, reader, order, sink);
        poll.timer = vertx.setPeriodic(0, Math.max(1, order.interval().toMillis()), tick -> poll.read());
        return poll;
    }

    static CompletionStage<Count> failed(String cause) {
        return CompletableFuture.completedFuture(new Count.Failed(cause));
    }

    MeshOrder order() {
        return order;
    }

    synchronized void stop() {
        stopped = true;
        vertx.cancelTimer(timer);
    }

    /* A reading that is still under way is not overtaken: two at once would only make a slow source slower. */
    private void read() {
        synchronized (this) {
            if (reading || stopped) {
                return;
            }
            reading = true;
        }
        Duration deadline = deadline();
        Instant asked = clock.instant();
        // the stage always ends well: what fails has become a count, and what the sink throws is its own affair
        var unused = ask(deadline)
                .orTimeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> new Count.Failed(cause(failure, deadline)))
                .thenAccept(count -> finished(count, asked));
    }

    private CompletableFuture<Count> ask(Duration deadline) {
        try {
            return reader.read(order, deadline).toCompletableFuture().copy();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Duration deadline() {
        Duration interval = order.interval();
        Duration atLeast = interval.compareTo(SHORTEST_DEADLINE) < 0 ? SHORTEST_DEADLINE : interval;
        return atLeast.compareTo(LONGEST_DEADLINE) > 0 ? LONGEST_DEADLINE : atLeast;
    }

    private String cause(Throwable failure, Duration deadline) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "source " + order.source() + " did not answer within " + deadline.toMillis() + " ms"
                : "source " + order.source() + " cannot be read: " + cause;
    }

    private void finished(Count count, Instant asked) {
        Reading result;
        synchronized (this) {
            reading = false;
            if (stopped) {
                return;
            }
            result = judged(count, asked);
        }
        if (result != null) {
            sink.accept(this, result);
        }
    }

    /** The reading to hand on; null when it says nothing newer than the last one. */
    private @Nullable Reading judged(Count count, Instant asked) {
        return switch (count) {
            case Count.Failed failed -> new Reading.Unreadable(order.stream(), asked, failed.cause());
            case Count.Counted counted
            when counted.at().isAfter(clock.instant().plus(counted.skew()).plus(MOST_AHEAD)) ->
                new Reading.Unreadable(
                        order.stream(),
                        asked,
                        "source " + order.source() + " speaks of " + counted.at()
                                + ", which is yet to come; correct its clock");
            case Count.Counted counted -> {
                Count.Counted before = last;
                if (before != null && !counted.at().isAfter(before.at())) {
                    yield null;
                }
                last = counted;
                yield before == null ? counters(counted) : compared(before, counted);
            }
        };
    }

    /*
     * A request that reached no pod names no version, and a dead canary is just what makes such requests: without them the canary would
     * look healthy, or absent. So a window with more than a few of them says nothing about either version.
     */
    private Reading compared(Count.Counted before, Count.Counted now) {
        long lost = grown(before.unattributed(), now.unattributed());
        long known = grown(before.counters(), now.counters());
        if (lost > 0 && lost * SPOILT_ONE_IN >= lost + known) {
            return new Reading.Unreadable(
                    order.stream(),
                    now.at(),
                    lost
                            + " failed requests reached no pod, so that the mesh does not tell for which version they were ("
                            + known + " others); a scrape source with preset envoy could");
        }
        return counters(now);
    }

    private static <K> long grown(Map<K, Long> before, Map<K, Long> now) {
        return now.entrySet().stream()
                .mapToLong(
                        entry -> Math.max(0, entry.getValue() - before.getOrDefault(entry.getKey(), entry.getValue())))
                .sum();
    }

    private Reading counters(Count.Counted counted) {
        return new Reading.Counters(
                order.stream(), counted.at(), counted.skew(), counted.counters(), counted.latency(), counted.active());
    }
}
