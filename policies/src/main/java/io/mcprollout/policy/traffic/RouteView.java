package io.mcprollout.policy.traffic;

import java.util.Set;

/** What one managed route says now. */
public sealed interface RouteView {
    /** Which route: {@code VirtualService/route}. */
    String route();

    /**
     * It is there and has the two destinations.
     *
     * @param split share of each slot, as written in the object
     * @param probeable incarnations that have a probe rule above it
     */
    record Seen(String route, Split split, Set<PinId> probeable) implements RouteView {
        public Seen {
            probeable = Set.copyOf(probeable);
        }
    }

    /**
     * It is there but cannot be managed forward; going back still works.
     *
     * @param candidate the candidate's share as written
     * @param probeable incarnations that have a probe rule in the object
     * @param problem what is wrong and how to mend it
     */
    record Odd(String route, Weight candidate, Set<PinId> probeable, String problem) implements RouteView {
        public Odd {
            probeable = Set.copyOf(probeable);
        }
    }

    /** The object or the named route is gone. */
    record Gone(String route) implements RouteView {}

    /** It could not be read; the cause is a sentence for people. */
    record Unreadable(String route, String cause) implements RouteView {}
}
