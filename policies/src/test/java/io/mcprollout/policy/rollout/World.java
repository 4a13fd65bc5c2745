package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Numbers.DeadlineAction;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Observation.Evidence;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster as the policy sees it, on a clock of its own: what is written to the route is seen at the next look. */
final class World {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final Revision V1 = new Revision("1-v1");
    static final Revision V2 = new Revision("1-v2");
    static final Revision V3 = new Revision("1-v3");

    Instant now = START;
    Duration interval = Duration.ofSeconds(5);
    Mode mode = Mode.Active;
    boolean deleting;
    Desired desired = new Desired.Accepted(plan(Promotion.Replace, DeadlineAction.Hold));
    final List<Command> commands = new ArrayList<>();
    final Map<Slot, Optional<Revision>> revisions = new EnumMap<>(Slot.class);
    final Map<Slot, Integer> ready = new EnumMap<>(Slot.class);
    final Map<Slot, List<Fact>> facts = new EnumMap<>(Slot.class);
    final Map<Slot, Boolean> rolling = new EnumMap<>(Slot.class);
    boolean gitManaged;
    int routeB;
    Set<PinId> rules = Set.of();
    boolean routeGone;
    boolean routeUnreadable;
    boolean routeOdd;
    boolean writesFail;
    Verdict verdict = new Verdict.Pass();
    Probes probes = new Probes(10, false, "");
    Rollout rollout = Rollout.NEW;
    boolean released;
    final List<Effect.Announce> told = new ArrayList<>();

    World() {
        for (Slot slot : Slot.values()) {
            revisions.put(slot, Optional.of(V1));
            ready.put(slot, 2);
            facts.put(slot, List.of());
            rolling.put(slot, false);
        }
    }

    static Plan plan(Promotion promotion, DeadlineAction onInconclusive) {
        return new Plan(
                List.of(step(10), step(25), step(50), step(100)),
                Duration.ofSeconds(30),
                new Numbers(
                        0.01,
                        0.05,
                        0.005,
                        0.02,
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(15),
                        Duration.ofSeconds(6),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(5),
                        onInconclusive,
                        Duration.ofMinutes(5),
                        Duration.ofSeconds(30),
                        .5),
                new Streams(List.of(new Streams.Probe("outside", Duration.ofSeconds(5))), List.of()),
                promotion,
                false);
    }

    private static Step step(int weight) {
        return new Step(new Weight(weight), Duration.ofSeconds(20));
    }

    Observation observe() {
        return new Observation(
                now,
                mode,
                deleting,
                desired,
                commands,
                Map.of(Slot.A, slot(Slot.A), Slot.B, slot(Slot.B)),
                List.of(route()),
                new Evidence(verdict, false),
                probes,
                interval);
    }

    private SlotView slot(Slot slot) {
        Optional<Revision> revision = revisions.getOrDefault(slot, Optional.empty());
        if (revision.isEmpty()) {
            return SlotView.absent("mcp-" + slot.letter());
        }
        int up = ready.getOrDefault(slot, 0);
        return new SlotView(
                "mcp-" + slot.letter(),
                revision,
                true,
                2,
                2,
                up,
                rolling.getOrDefault(slot, false),
                1,
                gitManaged,
                facts.getOrDefault(slot, List.of()));
    }

    private RouteView route() {
        String name = "mcp-server/mcp";
        if (routeGone) {
            return new RouteView.Gone(name);
        }
        if (routeUnreadable) {
            return new RouteView.Unreadable(name, "timeout");
        }
        Split split = new Split(rollout.stable(), new Weight(rollout.stable() == Slot.A ? routeB : 100 - routeB));
        return routeOdd
                ? new RouteView.Odd(name, split.candidate(), rules, "a third destination")
                : new RouteView.Seen(name, split, rules);
    }

    /** One look, and what follows from it. */
    Decision look() {
        rules = routeGone ? Set.of() : rules;
        Observation seen = observe();
        Decision decision = RolloutPolicy.decide(rollout, seen);
        RolloutInvariants.hold(rollout, seen, decision);
        rollout = decision.next();
        boolean back = decision.traffic().split().candidate().equals(Weight.NONE);
        if (!writesFail && !routeGone && decision.act() == Decision.Act.HOLD && (back || !routeOdd)) {
            routeB = decision.traffic().split().share(Slot.B).percent();
            rules = decision.traffic().probeable();
        }
        if (decision.act() == Decision.Act.RELEASE && !writesFail) {
            released = true;
            rules = Set.of();
        }
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.CopyTemplate copy) {
                revisions.put(copy.to(), revisions.getOrDefault(copy.from(), Optional.empty()));
                facts.put(copy.to(), List.of());
            } else if (effect instanceof Effect.Announce announce) {
                told.add(announce);
            }
        }
        now = now.plus(interval);
        return decision;
    }

    /** Looks until the state has this name; fails when it never has within an hour. */
    Decision lookUntil(Class<? extends RolloutState> state) {
        for (int i = 0; i < 3600 / interval.toSeconds(); i++) {
            Decision decision = look();
            if (state.isInstance(rollout.state())) {
                return decision;
            }
        }
        throw new AssertionError("never " + state.getSimpleName() + " but " + rollout.state());
    }

    /** Looks until the candidate has been seen at this share. */
    void lookUntilShare(int percent) {
        for (int i = 0; i < 3600 / interval.toSeconds(); i++) {
            if (rollout.state() instanceof RolloutState.Stepping stepping
                    && stepping.seen()
                    && stepping.weight().percent() == percent) {
                return;
            }
            look();
        }
        throw new AssertionError("never at " + percent + " but " + rollout.state());
    }

    int candidateShare() {
        return rollout.stable() == Slot.A ? routeB : 100 - routeB;
    }

    static Fact fact(SlotView.Kind kind, Instant at) {
        return new Fact(kind, "mcp-b-1", "container app exited with code 1", at);
    }
}
