package io.mcprollout.it.scenario;

import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.policy.rollout.Paths;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A route that is nothing but a weight. */
final class PlainRoute implements Route {
    private final List<Integer> shares = new ArrayList<>(List.of(0));
    private int share;
    private boolean own;
    private Set<PinId> rules = Set.of();
    /** Sessions that its rules keep. */
    Sessions kept = Sessions.NONE;

    private Runnable written = () -> {};
    boolean writesFail;
    boolean gitManaged;
    /** What leads past it. */
    Paths paths = Paths.NONE;

    /** Somebody else sets the weight. */
    void setShare(int candidate) {
        share = candidate;
        own = false;
    }

    /** Somebody applies the object as it is in Git, where it has no rule of ours. */
    void applyAway() {
        rules = Set.of();
        kept = Sessions.NONE;
        own = false;
    }

    @Override
    public int share() {
        return share;
    }

    @Override
    public List<Integer> shares() {
        return shares;
    }

    @Override
    public boolean hasRules() {
        return !rules.isEmpty();
    }

    @Override
    public void onWrite(Runnable action) {
        written = action;
    }

    @Override
    public Traffic observe(RolloutKey rollout, Routes routes, Slot stable) {
        String token = rules.isEmpty() ? "" : "token";
        Split split = new Split(stable, new Weight(stable == Slot.A ? share : 100 - share));
        return new Traffic(List.of(new RouteView.Seen("mcp-server/mcp", split, rules, kept, own)), token, "mcp-server");
    }

    @Override
    public List<Problem> check(RolloutKey rollout, Routes routes) {
        return List.of();
    }

    @Override
    public Paths paths(RolloutKey rollout, Routes routes, List<ProbeSpec> probes) {
        return paths;
    }

    @Override
    public Optional<String> gitManager(RolloutKey rollout, Routes routes) {
        return gitManaged ? Optional.of("VirtualService mcp-server") : Optional.empty();
    }

    @Override
    public Written hold(RolloutKey rollout, Routes routes, TrafficPlan plan, Traffic seen) {
        if (writesFail) {
            return new Written.Failed("failed calling webhook: connection refused");
        }
        share = plan.split().share(Slot.B).percent();
        own = true;
        rules = plan.probeable();
        kept = plan.sessions();
        if (shares.getLast() != share) {
            shares.add(share);
        }
        written.run();
        return new Written.Done(observe(rollout, routes, plan.split().stable()), true);
    }

    @Override
    public Written release(RolloutKey rollout, Routes routes, Slot stable) {
        rules = Set.of();
        kept = Sessions.NONE;
        written.run();
        return new Written.Done(observe(rollout, routes, stable), true);
    }
}
