package io.mcprollout.it.scenario;

import io.mcprollout.controller.port.TrafficRouter;
import java.util.List;

/** The route of a {@link Cluster}: what the loop writes to, and what users and scenarios see of it. */
interface Route extends TrafficRouter {
    /** Percent of the candidate, slot B. */
    int share();

    /** All shares that the loop wrote, in order, each only when it differs from the one before; begins with 0. */
    List<Integer> shares();

    /** Whether probe rules of ours are in it. */
    boolean hasRules();

    /** To be called after each write. */
    void onWrite(Runnable action);
}
