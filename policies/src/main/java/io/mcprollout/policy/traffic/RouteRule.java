package io.mcprollout.policy.traffic;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A rule of the controller's own, for any kind of route: the first rule one of whose alternatives holds decides on a request.
 *
 * @param name unique among the rules of a plan, beginning with {@link TrafficPlan#RULE_PREFIX}
 * @param when alternatives; a request must fulfil every condition of one of them; none: every request
 * @param to where it goes
 * @param shown incarnation that the answer names as {@link TrafficPlan#VARIANT}; empty: none by the rule
 * @param stripped request headers that the server never sees
 * @param retried whether the mesh may retry
 */
public record RouteRule(
        String name, List<Alternative> when, To to, Optional<PinId> shown, Set<String> stripped, boolean retried) {
    public RouteRule {
        when = List.copyOf(when);
        stripped = Set.copyOf(stripped);
    }

    /** Conditions that must all hold. */
    public record Alternative(List<Condition> conditions) {
        public Alternative {
            conditions = List.copyOf(conditions);
        }

        static Alternative of(Condition... conditions) {
            return new Alternative(List.of(conditions));
        }
    }

    /** What must be true of one request header. */
    public sealed interface Condition {
        /** Name of the header, in small letters. */
        String header();

        /** It has this value. */
        record Exact(String header, String value) implements Condition {}

        /** Its value begins so. */
        record Prefix(String header, String value) implements Condition {}

        /** It is there. */
        record Present(String header) implements Condition {}
    }

    /** Where requests go. */
    public sealed interface To {
        /** All to one slot. */
        record One(Slot slot) implements To {}

        /**
         * To both slots by weight.
         *
         * @param shown incarnation that the answers of a slot name
         */
        record Weighted(Split split, Map<Slot, PinId> shown) implements To {
            public Weighted {
                shown = Map.copyOf(shown);
            }
        }

        /** Nowhere: HTTP 404 with a JSON-RPC error, upon which a client starts a new session. */
        record Ended() implements To {}
    }
}
