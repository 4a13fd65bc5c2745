package io.mcprollout.it.scenario;

import io.mcprollout.policy.traffic.Slot;
import java.time.Instant;

/** Where users' requests arrive: shares, versions and pods as they are now. */
interface Site {
    /** What the clock says. */
    Instant now();

    /** Percent of new sessions that a slot gets. */
    int share(Slot slot);

    /** How what a slot runs behaves. */
    Version version(Slot slot);

    /** Whether a slot has a ready pod. */
    boolean isUp(Slot slot);

    /** Whether servers hand out session ids. */
    boolean mintsSessions();
}
