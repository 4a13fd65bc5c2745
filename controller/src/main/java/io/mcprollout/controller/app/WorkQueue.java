package io.mcprollout.controller.app;

import io.mcprollout.controller.port.RolloutKey;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/*
 * Each key has at most one look under way and one timer; so many looks have a place at once, the others wait for one. A wake-up during a look makes another look follow; a wake-up before the
 * timer replaces it. Looks run on virtual threads, since they wait for the API server now and then.
 */
/** Looks at each rollout when something happens and when its time has come, never twice at once, and at so many at once and no more. */
final class WorkQueue implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkQueue.class.getName());
    private static final Duration FIRST_RETRY = Duration.ofMillis(500);
    private static final int MOST_DOUBLINGS = 4;
    private static final long LAST_WORDS_SECONDS = 5;
    /* Enough that some that wait for the API server hold nobody up; not all at once when thousands are to be looked at. */
    private static final int AT_ONCE = 100;

    private final Consumer<Duration> late;
    private final Function<RolloutKey, Optional<Duration>> look;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("rollout-timers").factory());
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("rollout-", 0).factory());
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int places = AT_ONCE;
    private final Map<RolloutKey, Turn> turns = new HashMap<>();
    private boolean open;

    /** A key's place in the queue. */
    private static final class Turn {
        private boolean looking;
        private boolean hasPlace;
        private boolean again;
        private int failures;
        private long since;
        private long due;
        private Optional<Future<?>> timer = Optional.empty();
    }

    /**
     * A queue that is closed until {@link #open}.
     *
     * @param late told how long after it was due a look began
     * @param look answers when to look again at the latest
     */
    WorkQueue(Consumer<Duration> late, Function<RolloutKey, Optional<Duration>> look) {
        this.late = late;
        this.look = look;
    }

    /** Begins to look. */
    synchronized void open() {
        open = true;
    }

    /** Something happened to a rollout; does not block. */
    synchronized void wake(RolloutKey key) {
        if (!open) {
            return;
        }
        Turn turn = turns.computeIfAbsent(key, fresh -> new Turn());
        if (turn.looking) {
            turn.again = true;
        } else {
            begin(key, turn, System.nanoTime());
        }
    }

    private synchronized void wake(RolloutKey key, Turn turn, long due) {
        if (open && !turn.looking && turns.get(key) == turn) {
            begin(key, turn, due);
        }
    }

    private void begin(RolloutKey key, Turn turn, long due) {
        turn.timer.ifPresent(timer -> timer.cancel(false));
        turn.timer = Optional.empty();
        turn.looking = true;
        turn.again = false;
        turn.due = due;
        waiting.add(() -> run(key, turn));
        fill();
    }

    /* What waits for a place is a line here and no thread: thousands may. */
    private synchronized void fill() {
        while (places > 0 && !waiting.isEmpty()) {
            places--;
            try {
                threads.execute(waiting.remove());
            } catch (RejectedExecutionException closing) {
                waiting.clear();
            }
        }
    }

    private void run(RolloutKey key, Turn turn) {
        Optional<Duration> next;
        int failures = 0;
        hasPlace(turn);
        late.accept(Duration.ofNanos(Math.max(0, System.nanoTime() - turn.due)));
        try {
            next = look.apply(key);
        } catch (RuntimeException e) {
            failures = turn.failures + 1;
            next = Optional.of(FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS)));
            LOG.log(
                    System.Logger.Level.WARNING,
                    key + ": looked in vain, again in " + next.get().toMillis() + " ms",
                    e);
        }
        end(key, turn, next, failures);
    }

    private synchronized void hasPlace(Turn turn) {
        turn.hasPlace = true;
        turn.since = System.nanoTime();
    }

    private synchronized void end(RolloutKey key, Turn turn, Optional<Duration> next, int failures) {
        turn.looking = false;
        turn.hasPlace = false;
        places++;
        turn.failures = failures;
        if (!open) {
            return;
        }
        long now = System.nanoTime();
        if (turn.again && failures == 0) {
            begin(key, turn, now);
        } else if (next.isPresent()) {
            long wait = next.get().toNanos();
            turn.timer = Optional.of(timers.schedule(() -> wake(key, turn, now + wait), wait, TimeUnit.NANOSECONDS));
        } else {
            turns.remove(key);
        }
        fill();
    }

    /** Looks that are under way or wait for a place. */
    synchronized int looks() {
        return AT_ONCE - places + waiting.size();
    }

    /** How long the longest look that is under way has taken so far. */
    synchronized Duration longestLook() {
        long now = System.nanoTime();
        return turns.values().stream()
                .filter(turn -> turn.hasPlace)
                .map(turn -> Duration.ofNanos(now - turn.since))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    /** Rollouts that are looked at or will be without anything happening. */
    synchronized int size() {
        return turns.size();
    }

    /** Looks at nothing more; lets a look that is under way end. */
    @Override
    public void close() {
        synchronized (this) {
            open = false;
            turns.clear();
        }
        timers.shutdownNow();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
