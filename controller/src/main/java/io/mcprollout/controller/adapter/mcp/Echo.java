package io.mcprollout.controller.adapter.mcp;

import io.mcprollout.controller.egress.Answer.Head;
import io.mcprollout.policy.traffic.TrafficPlan;
import java.util.Optional;

/** What the last answer to a probe of one stream said of the plan that the gateway follows; last is the one asked for last. Thread-safe. */
final class Echo {
    /** Longest text kept of an answer's header. */
    private static final int LENGTH = 64;

    private Runnable listener = () -> {};
    private Optional<String> last = Optional.empty();
    private long askedNanos;

    /** Has this told when what is heard changes, the first time too; on the thread that heard it. */
    synchronized void onChange(Runnable told) {
        listener = told;
    }

    /** An answer arrived to a request that was sent at this moment of the monotonic clock. */
    void heard(long sentNanos, Head head) {
        String said = head.header(TrafficPlan.ECHO).orElse("");
        if (take(sentNanos, said.length() > LENGTH ? said.substring(0, LENGTH) : said)) {
            told().run();
        }
    }

    /** The header's value, empty text for an answer without it; nothing when there was no answer yet. */
    synchronized Optional<String> last() {
        return last;
    }

    private synchronized boolean take(long sentNanos, String said) {
        if (last.isPresent() && sentNanos - askedNanos < 0) {
            return false;
        }
        boolean isNew = !last.equals(Optional.of(said));
        askedNanos = sentNanos;
        last = Optional.of(said);
        return isNew;
    }

    private synchronized Runnable told() {
        return listener;
    }
}
