package io.mcprollout.simulation;

import io.mcprollout.policy.rollout.Desired;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.Observation;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the policy sees of a simulated cluster: two Deployments of as many pods each, and one route. Slot A is stable. */
final class Cluster {
    static final Revision OLD = new Revision("1-old");
    static final Revision NEW = new Revision("1-new");
    private static final String ROUTE = "server/mcp";

    private final Desired desired;
    private final Weather weather;
    private Split split = Split.allStable(Slot.A);
    private Set<PinId> probeable = Set.of();
    private Revision offered = OLD;

    Cluster(Plan plan, Weather weather) {
        this.desired = new Desired.Accepted(plan);
        this.weather = weather;
    }

    /** Somebody changes the second Deployment's template. */
    void offer() {
        offered = NEW;
    }

    /** Makes the route what a plan says; whether a share changed. */
    boolean hold(TrafficPlan plan) {
        boolean changed = !plan.split().equals(split) || !plan.probeable().equals(probeable);
        split = plan.split();
        probeable = plan.probeable();
        return changed;
    }

    /** The new version's share: 0..100. */
    int percent() {
        return split.candidate().equals(Weight.NONE) ? 0 : split.candidate().percent();
    }

    /** Whether all pods that serve are of the two versions. */
    boolean isPure(long at) {
        return stable(at).isPure() && candidate(at).isPure();
    }

    /** Whether nothing about either Deployment is changing, either. */
    boolean isSettled(long at) {
        return stable(at).isSettled() && candidate(at).isSettled();
    }

    Observation observe(Instant now, long at, Observation.Evidence evidence, Duration interval) {
        return new Observation(
                now,
                Mode.Active,
                false,
                desired,
                List.of(),
                Map.of(Slot.A, stable(at), Slot.B, candidate(at)),
                List.of(new RouteView.Seen(ROUTE, split, probeable)),
                evidence,
                Observation.Probes.NONE,
                interval);
    }

    private SlotView stable(long at) {
        return slot("server-a", OLD, false, at);
    }

    private SlotView candidate(long at) {
        return slot("server-b", offered, true, at);
    }

    private SlotView slot(String name, Revision revision, boolean candidate, long at) {
        int pods = weather.pods();
        boolean mixed = weather.isMixed(candidate, at);
        return new SlotView(
                name,
                Optional.of(revision),
                true,
                pods,
                pods,
                weather.ready(candidate, at),
                mixed,
                1,
                false,
                List.of(),
                Optional.empty());
    }
}
