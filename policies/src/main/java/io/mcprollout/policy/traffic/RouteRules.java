package io.mcprollout.policy.traffic;

import io.mcprollout.policy.traffic.RouteRule.Alternative;
import io.mcprollout.policy.traffic.RouteRule.Condition.Exact;
import io.mcprollout.policy.traffic.RouteRule.Condition.Prefix;
import io.mcprollout.policy.traffic.RouteRule.Condition.Present;
import io.mcprollout.policy.traffic.RouteRule.To;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compiles a plan into the controller's own rules, first match first:
 *
 * <ol>
 *   <li>probes, by token and incarnation;
 *   <li>sessions that keep a slot, by what the gateway's script or the beginning of their id says;
 *   <li>sessions that are over, answered 404;
 *   <li>sessions without a tag, to the slot that adopts them;
 *   <li>where the whole route is the controller's: new sessions, by weight.
 * </ol>
 *
 * A request meets the same rule whatever the split is, except for the last. The same plan gives the same rules.
 */
public final class RouteRules {
    private RouteRules() {}

    /** Rules that stand above a user's own route, which does the rest. */
    public static List<RouteRule> above(TrafficPlan plan, String token) {
        List<RouteRule> rules = new ArrayList<>(probes(plan, token));
        for (Pin pin : plan.sessions().pins().values()) {
            minted(pin).ifPresent(when -> rules.add(kept(pin, when)));
        }
        untagged(plan, true).ifPresent(rules::add);
        return List.copyOf(rules);
    }

    /** Rules that are a whole route. */
    public static List<RouteRule> whole(TrafficPlan plan, String token) {
        List<RouteRule> rules = new ArrayList<>(probes(plan, token));
        for (Pin pin : plan.sessions().pins().values()) {
            List<Alternative> when = new ArrayList<>();
            when.add(Alternative.of(new Exact(TrafficPlan.PIN, pin.incarnation().toString())));
            minted(pin).ifPresent(when::addAll);
            rules.add(kept(pin, when));
        }
        rules.add(new RouteRule(
                TrafficPlan.RULE_PREFIX + "pin-gone",
                List.of(Alternative.of(new Present(TrafficPlan.PIN))),
                new To.Ended(),
                Optional.empty(),
                Set.of(),
                true));
        untagged(plan, false).ifPresent(rules::add);
        Map<Slot, PinId> shown = new EnumMap<>(Slot.class);
        plan.sessions().pins().forEach((slot, pin) -> shown.put(slot, pin.incarnation()));
        rules.add(new RouteRule(
                TrafficPlan.RULE_PREFIX + "new",
                List.of(),
                new To.Weighted(plan.split(), shown),
                Optional.empty(),
                Set.of(TrafficPlan.PROBE_VARIANT, TrafficPlan.PROBE_TOKEN),
                true));
        return List.copyOf(rules);
    }

    private static List<RouteRule> probes(TrafficPlan plan, String token) {
        List<RouteRule> rules = new ArrayList<>();
        for (PinId pin : plan.probeable()) {
            rules.add(new RouteRule(
                    TrafficPlan.RULE_PREFIX + "probe-" + pin,
                    List.of(Alternative.of(
                            new Exact(TrafficPlan.PROBE_VARIANT, pin.toString()),
                            new Exact(TrafficPlan.PROBE_TOKEN, token))),
                    new To.One(pin.slot()),
                    Optional.of(pin),
                    Set.of(TrafficPlan.PROBE_VARIANT, TrafficPlan.PROBE_TOKEN, TrafficPlan.PIN),
                    false));
        }
        return rules;
    }

    /* A tag ends with a sign that no pod-template-hash has, so none is the beginning of another. */
    private static Optional<List<Alternative>> minted(Pin pin) {
        List<Alternative> when = pin.tags().stream()
                .map(tag -> Alternative.of(new Prefix(TrafficPlan.SESSION, tag + TrafficPlan.TAG_END)))
                .toList();
        return when.isEmpty() ? Optional.empty() : Optional.of(when);
    }

    private static RouteRule kept(Pin pin, List<Alternative> when) {
        return new RouteRule(
                TrafficPlan.RULE_PREFIX + (pin.ended() ? "end-" : "pin-") + pin.incarnation(),
                when,
                pin.ended() ? new To.Ended() : new To.One(pin.slot()),
                Optional.of(pin.incarnation()).filter(shown -> !pin.ended()),
                Set.of(TrafficPlan.PIN),
                true);
    }

    /* What the gateway's script would take for a minting answer must not carry an incarnation: the id would get a tag in mid-session. */
    private static Optional<RouteRule> untagged(TrafficPlan plan, boolean shows) {
        return plan.sessions()
                .adoption()
                .map(slot -> new RouteRule(
                        TrafficPlan.RULE_PREFIX + "untagged",
                        List.of(Alternative.of(new Present(TrafficPlan.SESSION))),
                        new To.One(slot),
                        Optional.ofNullable(plan.sessions().pins().get(slot))
                                .map(Pin::incarnation)
                                .filter(shown -> shows),
                        Set.of(),
                        true));
    }
}
