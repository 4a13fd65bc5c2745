package io.mcprollout.controller.adapter.scrape;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Tells processes behind one address apart by their uptime in whole seconds. The first process that is met goes by the address alone, so
 * that a controller that starts anew goes on counting where it stopped; a later one has its start in its name.
 */
final class Incarnations {
    /** Two readings of one uptime differ by rounding and by the way of the answer, never by so much. */
    private static final long SLACK_SECONDS = 3;

    private final Map<String, Known> byAddress = new HashMap<>();

    private record Known(long start, String instance) {}

    /** Name of the process that answered. */
    synchronized String instance(String address, long uptimeSeconds, Instant now) {
        long start = now.getEpochSecond() - uptimeSeconds;
        Known known = byAddress.get(address);
        if (known == null) {
            known = new Known(start, address);
            byAddress.put(address, known);
        } else if (start > known.start() + SLACK_SECONDS) {
            known = new Known(start, address + "@" + start);
            byAddress.put(address, known);
        }
        return known.instance();
    }
}
