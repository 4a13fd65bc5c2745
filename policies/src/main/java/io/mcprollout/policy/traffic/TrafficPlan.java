package io.mcprollout.policy.traffic;

import java.util.Collections;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who gets which traffic: a value, from which route rules are compiled ({@link RouteRules}).
 *
 * @param split new sessions
 * @param probeable incarnations that a probe can reach by header, whatever the split; in order
 * @param sessions which sessions keep which slot
 */
public record TrafficPlan(Split split, Set<PinId> probeable, Sessions sessions) {
    /** Prefix of the name of every rule that is the controller's own. */
    public static final String RULE_PREFIX = "mcprollout-";

    /** Header by which a probe names the incarnation it wants. */
    public static final String PROBE_VARIANT = "x-mcp-probe-variant";

    /** Header that carries the attempt's secret; taken away before the server sees it. */
    public static final String PROBE_TOKEN = "x-mcp-probe-token";

    /** Response header that says which incarnation was chosen. */
    public static final String VARIANT = "x-mcp-variant";

    /** Response header of probes that says which plan the gateway follows: {@link #echo()}. */
    public static final String ECHO = "x-mcp-rollout-gen";

    /** Header of the protocol that carries the id of a session. */
    public static final String SESSION = "mcp-session-id";

    /** Request header in which the gateway's script says which incarnation minted the session; clients cannot set it. */
    public static final String PIN = "x-mcp-pin";

    /** What ends the tag with which a server begins the ids that it mints. */
    public static final String TAG_END = "~";

    public TrafficPlan {
        Set<PinId> ordered = new TreeSet<>(Comparator.comparing(PinId::toString));
        ordered.addAll(probeable);
        probeable = Collections.unmodifiableSet(ordered);
    }

    /** One in which no session is kept anywhere. */
    public TrafficPlan(Split split, Set<PinId> probeable) {
        this(split, probeable, Sessions.NONE);
    }

    /** The same with these sessions kept. */
    public TrafficPlan keeping(Sessions kept) {
        return new TrafficPlan(split, probeable, kept);
    }

    /** The plan that takes every new session back to stable and keeps probes and sessions: reachable from every plan in one write. */
    public TrafficPlan back() {
        return new TrafficPlan(Split.allStable(split.stable()), probeable, sessions);
    }

    /** A short name of this plan, the same for equal plans: what a probe's answer carries once the gateway follows it. */
    public String echo() {
        return Integer.toUnsignedString(toString().hashCode(), 36);
    }
}
