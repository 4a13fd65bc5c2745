package io.mcprollout.policy.rollout;

import io.mcprollout.policy.gate.Verdict;
import io.mcprollout.policy.rollout.Observation.Evidence;
import io.mcprollout.policy.rollout.Observation.Probes;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.RouteView;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A cluster as the policy sees it, on a clock of its own: what is written to the route is seen at the next look. V1 is installed. */
final class World {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    /** How old what is saved may be when nothing happened. */
    static final Duration SNAPSHOT = Duration.ofSeconds(30);

    static final Revision V1 = new Revision("1-v1");
    static final Revision V2 = new Revision("1-v2");
    static final Revision V3 = new Revision("1-v3");

    Instant now = START;
    Duration interval = Duration.ofSeconds(5);
    Mode mode = Mode.Active;
    boolean deleting;
    Desired desired = new Plans().accepted();
    final List<Command> commands = new ArrayList<>();
    final Map<Slot, Optional<Revision>> revisions = new EnumMap<>(Slot.class);
    final Map<Slot, Integer> wanted = new EnumMap<>(Slot.class);
    final Map<Slot, Integer> ready = new EnumMap<>(Slot.class);
    final Map<Slot, List<Fact>> facts = new EnumMap<>(Slot.class);
    final Map<Slot, Boolean> rolling = new EnumMap<>(Slot.class);
    final Map<Slot, SlotView.Scaler> scalers = new EnumMap<>(Slot.class);
    boolean scalesFail;
    final Map<Slot, java.util.Set<Revision>> replicaSets = new EnumMap<>(Slot.class);
    boolean gitManaged;
    boolean dropped;
    int routeB;
    /* Last share that the policy wrote. */
    private int written = -1;
    Set<PinId> rules = Set.of();
    boolean routeGone;
    /** Whether the controller makes the route where there is none. */
    boolean makesRoute;

    boolean routeUnreadable;
    boolean routeOdd;
    boolean routeClosed;
    boolean noRoutes;
    final List<RouteView> otherRoutes = new ArrayList<>();
    boolean writesFail;
    boolean copiesFail;
    boolean savesFail;
    Verdict verdict = new Verdict.Pass();
    boolean burst;
    Probes probes = new Probes(10, false, "");
    Optional<Paths> paths = Optional.empty();
    final Map<Slot, Set<String>> tags = new EnumMap<>(Slot.class);
    final Map<Slot, Instant> quiet = new EnumMap<>(Slot.class);
    Sessions kept = Sessions.NONE;
    Rollout rollout = Rollout.NEW;
    private Rollout saved = Rollout.NEW;
    private Instant savedAt = Instant.EPOCH;
    private final Set<Command> counted = new HashSet<>();
    boolean released;
    final List<Effect.Announce> told = new ArrayList<>();
    final List<Integer> shares = new ArrayList<>();

    World() {
        for (Slot slot : Slot.values()) {
            revisions.put(slot, Optional.of(V1));
            wanted.put(slot, 2);
            ready.put(slot, 2);
            facts.put(slot, List.of());
            rolling.put(slot, false);
            replicaSets.put(slot, new java.util.HashSet<>());
        }
    }

    /** Adopted, nothing rolled out yet. */
    static World idle() {
        World world = new World();
        world.lookUntil(RolloutState.Idle.class);
        return world;
    }

    /** The candidate has just got the revision V2. */
    static World releasing() {
        World world = idle();
        world.push(V2);
        return world;
    }

    /** V2 is at weight 0, with probes. */
    static World preparing() {
        World world = releasing();
        world.look();
        return world;
    }

    /** V2 is at weight 0, with probes, under a plan. */
    static World preparing(Plans plans) {
        World world = releasing();
        world.desired = plans.accepted();
        world.look();
        return world;
    }

    /** V2 has been seen at a step's share. */
    static World at(int percent) {
        World world = releasing();
        world.lookUntilShare(percent);
        return world;
    }

    /** Somebody changes the candidate's template. */
    void push(Revision revision) {
        revisions.put(Slot.B, Optional.of(revision));
    }

    /** The resource is made anew; the record is all that is left. */
    void loseStatus() {
        rollout = Rollout.from(rollout.keepsake(), Map.of(Slot.A, "mcp-a", Slot.B, "mcp-b"));
        saved = rollout;
    }

    /** Another controller takes over: what was not saved is forgotten: up to {@link #SNAPSHOT} of clocks. */
    void restart() {
        rollout = saved;
    }

    Observation observe() {
        return new Observation(
                now,
                mode,
                deleting,
                desired,
                commands,
                Map.of(Slot.A, slot(Slot.A), Slot.B, slot(Slot.B)),
                routes(),
                new Evidence(verdict, burst),
                probes,
                interval,
                paths,
                quiet);
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
                wanted.getOrDefault(slot, 0),
                wanted.getOrDefault(slot, 0),
                up,
                rolling.getOrDefault(slot, false),
                1,
                gitManaged,
                facts.getOrDefault(slot, List.of()),
                Optional.ofNullable(scalers.get(slot)),
                tags.getOrDefault(slot, Set.of()));
    }

    private List<RouteView> routes() {
        if (noRoutes) {
            return List.of();
        }
        List<RouteView> all = new ArrayList<>(List.of(route()));
        all.addAll(otherRoutes);
        return all;
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
        if (routeClosed) {
            return new RouteView.Odd(name, split.candidate(), rules, "closed by its owner", true);
        }
        return routeOdd
                ? new RouteView.Odd(name, split.candidate(), rules, "a third destination")
                : new RouteView.Seen(name, split, rules, kept, written == routeB);
    }

    /** One look, and what follows from it. */
    Decision look() {
        Decision decision = decide();
        boolean writes = mode.writes() && !deleting && !writesFail;
        if (routeGone && makesRoute && writes) {
            routeGone = false;
            routeB = rollout.stable() == Slot.A ? 0 : 100;
            written = routeB;
            rules = Set.of();
            kept = Sessions.NONE;
        }
        return decision;
    }

    private Decision decide() {
        replicaSets.forEach(
                (slot, held) -> revisions.getOrDefault(slot, Optional.empty()).ifPresent(held::add));
        rules = routeGone ? Set.of() : rules;
        Observation seen = observe();
        Decision decision = RolloutPolicy.decide(rollout, seen);
        RolloutInvariants.hold(rollout, seen, decision);
        if (!remember(seen, decision)) {
            now = now.plus(interval);
            return decision;
        }
        boolean back = decision.traffic().split().candidate().equals(Weight.NONE);
        if (!writesFail && !routeGone && decision.act() == Decision.Act.HOLD && (back || !(routeOdd || routeClosed))) {
            routeB = decision.traffic().split().share(Slot.B).percent();
            written = routeB;
            rules = decision.traffic().probeable();
            kept = decision.traffic().sessions();
        }
        if (decision.act() == Decision.Act.RELEASE && !writesFail) {
            released = true;
            rules = Set.of();
        }
        if (decision.act() == Decision.Act.DROP) {
            released = true;
            dropped = true;
        }
        for (Effect effect : decision.effects()) {
            if (effect instanceof Effect.CopyTemplate copy && !copiesFail) {
                if (revisions.getOrDefault(copy.from(), Optional.empty()).equals(Optional.of(copy.revision()))) {
                    revisions.put(copy.to(), Optional.of(copy.revision()));
                    facts.put(copy.to(), List.of());
                }
            } else if (effect instanceof Effect.RestoreTemplate restore && !copiesFail) {
                if (replicaSets.getOrDefault(restore.from(), Set.of()).contains(restore.revision())
                        && revisions
                                .getOrDefault(restore.to(), Optional.empty())
                                .equals(restore.over())) {
                    revisions.put(restore.to(), Optional.of(restore.revision()));
                }
            } else if (effect instanceof Effect.Scale scale && !scalesFail) {
                wanted.put(scale.slot(), scale.replicas());
                ready.put(scale.slot(), scale.replicas());
            } else if (effect instanceof Effect.Announce announce) {
                told.add(announce);
            }
        }
        if (shares.isEmpty() || shares.getLast() != candidateShare()) {
            shares.add(candidateShare());
        }
        now = now.plus(interval);
        return decision;
    }

    /* As the loop does it: nothing happens that is not saved, but going back and letting go, which wait for nothing. */
    private boolean remember(Observation seen, Decision decision) {
        List<Command> taken = new ArrayList<>(decision.next().consumed());
        taken.removeAll(rollout.consumed());
        if (taken.stream().anyMatch(counted::contains)) {
            throw new AssertionError("counts twice: " + taken);
        }
        boolean rises = decision.act() == Decision.Act.HOLD
                && seen.routes().stream()
                        .flatMap(view -> Retreat.share(view).stream())
                        .anyMatch(decision.traffic().split().candidate()::isAbove);
        boolean must = rises
                || !rollout.isSameMoment(decision.next())
                || decision.next().isRougherThan(rollout);
        boolean waits = !(decision.next().state() instanceof RolloutState.RollingBack)
                && decision.act() != Decision.Act.RELEASE
                && decision.act() != Decision.Act.DROP;
        if (savesFail && must && waits) {
            return false;
        }
        rollout = decision.next();
        if (!savesFail && (must || !now.isBefore(savedAt.plus(SNAPSHOT)))) {
            saved = rollout;
            savedAt = now;
            counted.addAll(taken);
        }
        return true;
    }

    /** Some looks, one after the other. */
    void look(int times) {
        for (int i = 0; i < times; i++) {
            look();
        }
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

    /** Looks until the phase is another one. */
    void lookUntilChange() {
        String before = rollout.state().phase();
        for (int i = 0; i < 3600 / interval.toSeconds(); i++) {
            look();
            if (!rollout.state().phase().equals(before)) {
                return;
            }
        }
        throw new AssertionError("always " + before);
    }

    /** Looks until a decision has this reason; fails when none has within an hour. */
    Decision lookUntil(String reason) {
        for (int i = 0; i < 3600 / interval.toSeconds(); i++) {
            Decision decision = look();
            if (decision.rationale().reason().equals(reason)) {
                return decision;
            }
        }
        throw new AssertionError("never " + reason + " but " + rollout.state());
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

    /** What people were told under a reason. */
    List<String> told(String reason) {
        return told.stream()
                .filter(announce -> announce.reason().equals(reason))
                .map(Effect.Announce::message)
                .toList();
    }

    /** The attempt that is under way. */
    Run run() {
        return ((RolloutState.Live) rollout.state()).run();
    }

    int candidateShare() {
        return rollout.stable() == Slot.A ? routeB : 100 - routeB;
    }

    static Fact fact(SlotView.Kind kind, Instant at) {
        return new Fact(kind, "mcp-b-1", "container app exited with code 1", at);
    }
}
