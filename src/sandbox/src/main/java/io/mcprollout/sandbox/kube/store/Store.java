package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.kube.model.ApiException;
import io.mcprollout.sandbox.kube.model.Json;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * All objects under one version counter, with the recent history of each type.
 *
 * <p>Every write happens inside {@link #exclusively}; listeners are called inside it too, in the order of the writes, and must
 * not block.
 */
public final class Store {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Shelf> shelves = new HashMap<>();
    private final int historyLimit;
    private final Ownership ownership = new Ownership();
    private long revision = 1;

    /** What is kept of one type. */
    private static final class Shelf {
        final NavigableMap<Key, Stored> objects = new TreeMap<>();
        final Deque<Change> history = new ArrayDeque<>();
        final List<Consumer<Change>> listeners = new CopyOnWriteArrayList<>();
        long forgotten;
    }

    /**
     * Objects at one version.
     *
     * @param revision the store's version when they were read
     */
    public record Snapshot(long revision, List<Stored> objects) {}

    /** A store that keeps so many changes of each type for watchers that resume. */
    public Store(int historyLimit) {
        this.historyLimit = historyLimit;
    }

    private Shelf shelf(String type) {
        return shelves.computeIfAbsent(type, t -> new Shelf());
    }

    /** Runs the action while nobody else reads or writes. */
    public <T> T exclusively(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** The version after the last write. */
    public long revision() {
        return exclusively(() -> revision);
    }

    /** The object, if there is one. */
    public Optional<Stored> get(Key key) {
        return exclusively(() -> Optional.ofNullable(shelf(key.type()).objects.get(key)));
    }

    /** The objects of a type in one namespace ("" for all), ordered by namespace and name. */
    public Snapshot list(String type, String namespace) {
        return exclusively(() -> {
            var objects = shelf(type).objects;
            if (namespace.isEmpty()) return new Snapshot(revision, new ArrayList<>(objects.values()));
            var part = objects.subMap(new Key(type, namespace, ""), new Key(type, namespace + "\0", ""));
            return new Snapshot(revision, new ArrayList<>(part.values()));
        });
    }

    /** Keeps the object under a new resourceVersion, which is set in it. */
    public Stored put(Key key, ObjectNode object) {
        return exclusively(() -> {
            var shelf = shelf(key.type());
            revision++;
            Json.metadata(object).put("resourceVersion", Long.toString(revision));
            var stored = new Stored(object, revision);
            var before = shelf.objects.put(key, stored);
            record(shelf, new Change(revision, key, before, stored, false));
            return stored;
        });
    }

    /** Takes the object away; its last form carries the removal's resourceVersion. */
    public Optional<Stored> remove(Key key) {
        return exclusively(() -> {
            var shelf = shelf(key.type());
            var before = shelf.objects.remove(key);
            if (before == null) return Optional.empty();
            revision++;
            var last = before.object().deepCopy();
            Json.metadata(last).put("resourceVersion", Long.toString(revision));
            var stored = new Stored(last, revision);
            record(shelf, new Change(revision, key, before, stored, true));
            return Optional.of(stored);
        });
    }

    private void record(Shelf shelf, Change change) {
        ownership.follow(change.key(), change.before(), change.removed() ? null : change.after());
        shelf.history.addLast(change);
        while (shelf.history.size() > historyLimit) {
            shelf.forgotten = shelf.history.removeFirst().revision();
        }
        shelf.listeners.forEach(listener -> listener.accept(change));
    }

    /** The objects that name that uid as an owner. */
    List<Key> dependents(String uid) {
        return exclusively(() -> ownership.dependents(uid));
    }

    /** Where the object with that uid is, if it is not gone. */
    Optional<Key> alive(String uid) {
        return exclusively(() -> ownership.alive(uid));
    }

    boolean isAlive(String uid) {
        return alive(uid).isPresent();
    }

    /** The changes of a type after that version; refused with 410 if some are forgotten. */
    public List<Change> since(String type, long from) {
        return exclusively(() -> {
            var shelf = shelf(type);
            requireKept(shelf, from);
            var changes = new ArrayList<Change>();
            for (var change : shelf.history) if (change.revision() > from) changes.add(change);
            return changes;
        });
    }

    private void requireKept(Shelf shelf, long from) {
        if (from < shelf.forgotten) {
            throw ApiException.expired("too old resource version: %d (%d)".formatted(from, shelf.forgotten));
        }
        if (from > revision) {
            var details = Json.object().put("retryAfterSeconds", 1);
            details.putArray("causes")
                    .addObject()
                    .put("reason", "ResourceVersionTooLarge")
                    .put("message", "Too large resource version");
            throw new ApiException(
                    504, "Timeout", "Too large resource version: %d, current: %d".formatted(from, revision), details);
        }
    }

    /** Whether a list that began at that version may still be continued. */
    public boolean remembers(String type, long from) {
        return exclusively(() -> from >= shelf(type).forgotten);
    }

    /** Calls the listener at every later change of the type, until the returned action is run. */
    public Runnable subscribe(String type, Consumer<Change> listener) {
        return exclusively(() -> {
            var listeners = shelf(type).listeners;
            listeners.add(listener);
            return () -> listeners.remove(listener);
        });
    }

    /** Forgets the history of every type, so that a watch from any earlier version gets 410. */
    public void forgetHistory() {
        exclusively(() -> {
            revision++;
            for (var shelf : shelves.values()) {
                shelf.history.clear();
                shelf.forgotten = revision;
            }
            return revision;
        });
    }
}
