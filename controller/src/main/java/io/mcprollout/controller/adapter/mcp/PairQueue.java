package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.policy.evidence.Arm;
import io.mcprollout.policy.evidence.Evidence.ProbePair;
import io.mcprollout.policy.evidence.Outcome;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Handing pairs out as they finish would favour quick ones: a test that may stop at any time would see the successes of a
 * slow server before its timeouts. So nothing overtakes.
 */
/** The pairs of one stream in the order in which they were due; a pair is handed out once all before it are finished. Thread-safe and bounded. */
final class PairQueue {
    /** Pairs kept when nobody asks; older ones are lost, whatever they saw. */
    private static final int CAPACITY = 2_000;

    private final String stream;
    private final Deque<Place> places = new ArrayDeque<>();

    PairQueue(String stream) {
        this.stream = stream;
    }

    /** Takes the next place for a pair that is due now. */
    synchronized Place open(long sequence, Instant at) {
        Place place = new Place(sequence, at);
        places.addLast(place);
        if (places.size() > CAPACITY) {
            places.removeFirst();
        }
        return place;
    }

    /** Pairs that may be consumed, which then are gone. */
    synchronized List<ProbePair> take() {
        List<ProbePair> pairs = new ArrayList<>();
        for (Place place = places.peekFirst(); place != null && place.pair != null; place = places.peekFirst()) {
            pairs.add(place.pair);
            places.removeFirst();
        }
        return pairs;
    }

    /** Whether a pair that may be consumed now has a failed arm and says something. */
    synchronized boolean hasNews() {
        for (Place place : places) {
            if (place.pair == null) {
                return false;
            }
            if (place.pair.counts() && place.hasFailure()) {
                return true;
            }
        }
        return false;
    }

    /** Where a pair stands. */
    final class Place {
        private final long sequence;
        private final Instant at;
        private @Nullable ProbePair pair;

        private Place(long sequence, Instant at) {
            this.sequence = sequence;
            this.at = at;
        }

        /** Both arms are finished. */
        void settle(Arm stable, Arm candidate) {
            synchronized (PairQueue.this) {
                pair = new ProbePair(stream, sequence, at, stable, candidate);
            }
        }

        private boolean hasFailure() {
            return pair != null
                    && (pair.stable().outcome() instanceof Outcome.Failed
                            || pair.candidate().outcome() instanceof Outcome.Failed);
        }
    }
}
