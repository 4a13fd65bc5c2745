package io.mcprollout.controller.adapter.polled;

import io.mcprollout.controller.port.CounterReader;
import io.mcprollout.controller.port.CounterReader.Past;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MetricSource;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.policy.evidence.Reading;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Reads counters at each order's interval and keeps the readings until they are drained. Thread-safe; blocks nobody. */
public final class PolledMetricSource implements MetricSource, AutoCloseable {
    /** Readings kept of a rollout that nobody drains; older ones are dropped, which cumulative counters allow. */
    private static final int KEPT = 256;

    private static final Duration PAST_DEADLINE = Duration.ofSeconds(5);

    private final Vertx vertx;
    private final Clock clock;
    private final Map<String, CounterReader> readers;
    private final Map<RolloutKey, Polls> rollouts = new HashMap<>();

    /** What runs for a rollout. */
    private static final class Polls {
        private final Map<String, Poll> byStream = new HashMap<>();
        private final Set<String> askedForPast = new HashSet<>();
        private final Deque<Reading> buffer = new ArrayDeque<>();
    }

    /**
     * A source of metrics.
     *
     * @param readers by the name of the source in the administrator's configuration
     */
    public PolledMetricSource(Vertx vertx, Clock clock, Map<String, CounterReader> readers) {
        this.vertx = vertx;
        this.clock = clock;
        this.readers = Map.copyOf(readers);
    }

    @Override
    public synchronized void pace(RolloutKey rollout, List<MeshOrder> orders) {
        if (orders.isEmpty()) {
            Polls ended = rollouts.remove(rollout);
            if (ended != null) {
                ended.byStream.values().forEach(Poll::stop);
            }
            return;
        }
        Polls polls = rollouts.computeIfAbsent(rollout, key -> new Polls());
        Map<String, MeshOrder> wanted = new HashMap<>();
        orders.forEach(order -> wanted.put(order.stream(), order));
        polls.byStream.values().removeIf(poll -> {
            boolean kept = poll.order().equals(wanted.get(poll.order().stream()));
            if (!kept) {
                poll.stop();
            }
            return !kept;
        });
        polls.buffer.removeIf(reading -> !wanted.containsKey(reading.stream()));
        wanted.forEach((stream, order) -> polls.byStream.computeIfAbsent(
                stream,
                name -> Poll.start(vertx, clock, reader(order), order, (poll, reading) -> keep(polls, poll, reading))));
        wanted.values().forEach(order -> askForPast(rollout, polls, order));
    }

    /* Once for each attempt and beside the readings, which go on whatever comes of it. */
    private void askForPast(RolloutKey rollout, Polls polls, MeshOrder order) {
        CounterReader reader = readers.get(order.source());
        if (reader == null || !polls.askedForPast.add(order.stream())) {
            return;
        }
        Instant asked = clock.instant();
        CompletableFuture<Past> answer;
        try {
            answer = reader.past(order, PAST_DEADLINE).toCompletableFuture().copy();
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        // the stage always ends well: what fails has become an answer
        var unused = answer.orTimeout(PAST_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> new Past.Unknown(
                        failure instanceof TimeoutException
                                ? "it did not answer within " + PAST_DEADLINE.toMillis() + " ms"
                                : "it cannot be read: " + failure))
                .thenAccept(past -> keepPast(rollout, polls, order, past, asked));
    }

    private synchronized void keepPast(RolloutKey rollout, Polls polls, MeshOrder order, Past past, Instant asked) {
        if (rollouts.get(rollout) != polls || !polls.byStream.containsKey(order.stream())) {
            return;
        }
        switch (past) {
            case Past.None none -> {}
            case Past.Minutes known ->
                polls.buffer.addLast(new Reading.Past(order.stream(), known.until(), known.minutes()));
            case Past.Unknown unknown ->
                polls.buffer.addLast(new Reading.Unreadable(
                        order.stream(),
                        asked,
                        "source " + order.source() + " tells no past of stable, so the design effect starts at 2: "
                                + unknown.cause()));
        }
    }

    private CounterReader reader(MeshOrder order) {
        CounterReader reader = readers.get(order.source());
        return reader == null ? (asked, deadline) -> Poll.failed(unknown(asked)) : named(reader);
    }

    /* Whoever reads why must know of which source, and only the configuration can be corrected by that name. */
    private static CounterReader named(CounterReader reader) {
        return (asked, deadline) -> reader.read(asked, deadline)
                .thenApply(count -> count instanceof CounterReader.Count.Failed failed
                        ? new CounterReader.Count.Failed("source " + asked.source() + ": " + failed.cause())
                        : count);
    }

    private String unknown(MeshOrder order) {
        return "no metric source is named " + order.source() + "; the administrator's configuration has "
                + (readers.isEmpty()
                        ? "none"
                        : String.join(", ", readers.keySet().stream().sorted().toList()));
    }

    private synchronized void keep(Polls polls, Poll poll, Reading reading) {
        if (polls.byStream.get(poll.order().stream()) != poll) {
            return;
        }
        polls.buffer.addLast(reading);
        while (polls.buffer.size() > KEPT) {
            polls.buffer.removeFirst();
        }
    }

    @Override
    public synchronized List<Reading> drain(RolloutKey rollout, Instant now) {
        Polls polls = rollouts.get(rollout);
        if (polls == null) {
            return List.of();
        }
        List<Reading> drained = new ArrayList<>(polls.buffer);
        polls.buffer.clear();
        drained.sort(Comparator.comparing(Reading::at));
        return List.copyOf(drained);
    }

    @Override
    public synchronized void close() {
        rollouts.values().forEach(polls -> polls.byStream.values().forEach(Poll::stop));
        rollouts.clear();
    }
}
