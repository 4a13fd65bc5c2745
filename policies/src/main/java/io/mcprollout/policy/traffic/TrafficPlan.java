package io.mcprollout.policy.traffic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Who gets which traffic: a value, from which route rules are compiled.
 *
 * @param split new sessions
 * @param probeable incarnations that a probe can reach by header, whatever the split
 */
public record TrafficPlan(Split split, Set<PinId> probeable) {
    /** Prefix of the name of every rule that is the controller's own. */
    public static final String RULE_PREFIX = "mcprollout-";

    /** Header by which a probe names the incarnation it wants. */
    public static final String PROBE_VARIANT = "x-mcp-probe-variant";

    /** Header that carries the attempt's secret; taken away before the server sees it. */
    public static final String PROBE_TOKEN = "x-mcp-probe-token";

    /** Response header that says which incarnation was chosen. */
    public static final String VARIANT = "x-mcp-variant";

    public TrafficPlan {
        probeable = Set.copyOf(probeable);
    }

    /** The plan that takes every new session back to stable and keeps the probes: reachable from every plan in one write. */
    public TrafficPlan back() {
        return new TrafficPlan(Split.allStable(split.stable()), probeable);
    }

    /** A rule that routes the probes of one incarnation to its slot, retries off. */
    public record ProbeRule(String name, PinId pin) {}

    /** The controller's own rules in Patch mode, in the order in which they stand above the user's. */
    public List<ProbeRule> patchRules() {
        List<ProbeRule> rules = new ArrayList<>();
        for (PinId pin : probeable) {
            rules.add(new ProbeRule(RULE_PREFIX + "probe-" + pin, pin));
        }
        rules.sort(Comparator.comparing(ProbeRule::name));
        return List.copyOf(rules);
    }
}
