package io.mcprollout.sandbox.kube.http;

import io.mcprollout.sandbox.kube.model.Call;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The calls that came, in order; the latest 10,000 are kept whole, all are counted. */
public final class RequestLog {
    private static final int KEPT = 10_000;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final Map<Kind, Long> counts = new TreeMap<>();

    /**
     * One call with its HTTP status, 0 if it was never answered.
     *
     * @param reason the Status reason of a refusal, else ""
     */
    public record Entry(Call call, int status, String reason) {}

    /** What calls are counted by. */
    public record Kind(String verb, String group, String resource, String subresource, String userAgent)
            implements Comparable<Kind> {
        @Override
        public int compareTo(Kind other) {
            return toString().compareTo(other.toString());
        }
    }

    synchronized void add(Call call, int status, String reason) {
        if (entries.size() == KEPT) entries.removeFirst();
        entries.addLast(new Entry(call, status, reason));
        String resource = call.isResource() ? call.resource() : call.path();
        counts.merge(
                new Kind(call.verb(), call.group(), resource, call.subresource(), call.userAgent()), 1L, Long::sum);
    }

    /** The latest calls, oldest first. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How often each kind of call came since the start or the last {@link #clear}. */
    public synchronized Map<Kind, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** The same by verb and resource, such as {@code "patch mcprollouts/status"}. */
    public Map<String, Long> countsByResource() {
        Map<String, Long> calls = new TreeMap<>();
        counts().forEach((kind, count) -> calls.merge(
                kind.verb() + " " + kind.resource() + (kind.subresource().isEmpty() ? "" : "/" + kind.subresource()),
                count,
                Long::sum));
        return calls;
    }

    /** How many calls of the kinds came. */
    public synchronized long count(Predicate<Kind> kinds) {
        return counts.entrySet().stream()
                .filter(e -> kinds.test(e.getKey()))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    /** Forgets all calls and counts. */
    public synchronized void clear() {
        entries.clear();
        counts.clear();
    }
}
