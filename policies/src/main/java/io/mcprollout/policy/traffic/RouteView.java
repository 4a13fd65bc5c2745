package io.mcprollout.policy.traffic;

import java.util.Optional;
import java.util.Set;

/** What one managed route says now. */
public sealed interface RouteView {
    /** Which route: {@code VirtualService/route}, after its namespace when that is another. */
    String route();

    /** What its owner would have to do so that it may be managed; empty when it may. */
    default Optional<String> closed() {
        return this instanceof Odd odd && odd.isClosed() ? Optional.of(odd.problem()) : Optional.empty();
    }

    /**
     * It is there and has the two destinations.
     *
     * @param split share of each slot, as written in the object
     * @param probeable incarnations that have a probe rule above it
     * @param sessions that rules above it keep where they are
     * @param isOwn whether it was a controller that changed the rules last, and nobody else
     */
    record Seen(String route, Split split, Set<PinId> probeable, Sessions sessions, boolean isOwn)
            implements RouteView {
        public Seen {
            probeable = Set.copyOf(probeable);
        }

        /** One that keeps no session. */
        public Seen(String route, Split split, Set<PinId> probeable, boolean isOwn) {
            this(route, split, probeable, Sessions.NONE, isOwn);
        }

        /** One that keeps no session, and of which nobody knows who changed it last. */
        public Seen(String route, Split split, Set<PinId> probeable) {
            this(route, split, probeable, Sessions.NONE, false);
        }

        /** Whether it says what the plan says. */
        public boolean follows(TrafficPlan plan) {
            return split.equals(plan.split()) && probeable.equals(plan.probeable()) && sessions.equals(plan.sessions());
        }
    }

    /**
     * It is there but cannot be managed forward; going back still works.
     *
     * @param candidate the candidate's share as written
     * @param probeable incarnations that have a probe rule in the object
     * @param problem what is wrong and how to mend it
     * @param isClosed whether its owner does not let it be managed: then nothing is done but to end what is under way
     */
    record Odd(String route, Weight candidate, Set<PinId> probeable, String problem, boolean isClosed)
            implements RouteView {
        public Odd {
            probeable = Set.copyOf(probeable);
        }

        /** One that its owner lets be managed. */
        public Odd(String route, Weight candidate, Set<PinId> probeable, String problem) {
            this(route, candidate, probeable, problem, false);
        }
    }

    /** The object or the named route is gone. */
    record Gone(String route) implements RouteView {}

    /** It could not be read; the cause is a sentence for people. */
    record Unreadable(String route, String cause) implements RouteView {}
}
