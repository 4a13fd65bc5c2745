package io.mcprollout.controller.adapter.mcp;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** How long a server asked all probes of one order to stay away. Confined to the event loop of the crew's context. */
final class Pause {
    private final Clock clock;
    private Instant until = Instant.EPOCH;

    Pause(Clock clock) {
        this.clock = clock;
    }

    /** The server asks for so long from now. */
    void extend(Duration wanted) {
        Instant asked = clock.instant().plus(wanted);
        until = asked.isAfter(until) ? asked : until;
    }

    boolean isOn() {
        return clock.instant().isBefore(until);
    }

    /** What is left of it; zero when it is over. */
    Duration left() {
        Duration left = Duration.between(clock.instant(), until);
        return left.isNegative() ? Duration.ZERO : left;
    }

    Instant until() {
        return until;
    }
}
