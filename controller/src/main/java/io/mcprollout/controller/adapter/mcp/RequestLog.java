package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.policy.evidence.ProbeRequest;
import io.mcprollout.policy.traffic.Slot;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Every HTTP request that was sent for one rollout and may still matter to a reading of the mesh. Thread-safe and bounded. */
final class RequestLog {
    /** Finished requests kept when nobody asks: ten minutes of the fastest probes. */
    private static final int CAPACITY = 20_000;

    private final Clock clock;
    private final AtomicLong ids;
    private final Set<Entry> inFlight = new LinkedHashSet<>();
    private final Deque<Entry> finished = new ArrayDeque<>();
    private Instant completeSince;
    private long calls;

    RequestLog(Clock clock, AtomicLong ids) {
        this.clock = clock;
        this.ids = ids;
        this.completeSince = clock.instant();
    }

    /** A request to a version is about to be written. */
    Entry sent(Slot slot) {
        return sent(slot, clock.instant());
    }

    /** The same of one that was written at an earlier instant, when nobody knew to which version. */
    synchronized Entry sent(Slot slot, Instant at) {
        Entry entry = new Entry(ids.incrementAndGet(), slot, at);
        inFlight.add(entry);
        return entry;
    }

    /** What is in flight or finished since the last but one call of this; and what finished before that is forgotten. */
    synchronized List<ProbeRequest> take() {
        calls++;
        while (!finished.isEmpty() && finished.peekFirst().finishedBeforeCall < calls - 1) {
            finished.removeFirst();
        }
        List<ProbeRequest> requests = new ArrayList<>(finished.size() + inFlight.size());
        finished.forEach(entry -> requests.add(entry.request()));
        inFlight.forEach(entry -> requests.add(entry.request()));
        return requests;
    }

    /** From when on nothing is missing. */
    synchronized Instant completeSince() {
        return completeSince;
    }

    synchronized boolean isQuiet() {
        return inFlight.isEmpty();
    }

    /** One request. */
    final class Entry {
        private final long id;
        private final Instant sent;
        private Slot slot;
        private boolean bad = true;
        private long finishedBeforeCall;
        private @Nullable Instant end;

        private Entry(long id, Slot slot, Instant sent) {
            this.id = id;
            this.slot = slot;
            this.sent = sent;
        }

        /** When its first byte was written. */
        Instant sentAt() {
            return sent;
        }

        /** A status line has arrived, from the version that says so. */
        void answered(int status, Slot from) {
            synchronized (RequestLog.this) {
                bad = status >= 500;
                slot = from;
            }
        }

        /** Nothing of it is under way any more. */
        void finish() {
            synchronized (RequestLog.this) {
                end = clock.instant();
                finishedBeforeCall = calls + 1;
                inFlight.remove(this);
                finished.addLast(this);
                if (finished.size() > CAPACITY) {
                    Instant lost = finished.removeFirst().end;
                    completeSince = lost == null ? completeSince : lost;
                }
            }
        }

        private ProbeRequest request() {
            return new ProbeRequest(id, slot, end != null && bad, sent, end);
        }
    }
}
