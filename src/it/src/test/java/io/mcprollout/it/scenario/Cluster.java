package io.mcprollout.it.scenario;

import io.mcprollout.controller.loop.History;
import io.mcprollout.controller.loop.RolloutLoop;
import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.port.Workloads;
import io.mcprollout.policy.rollout.Command;
import io.mcprollout.policy.rollout.Effect;
import io.mcprollout.policy.rollout.Keepsake;
import io.mcprollout.policy.rollout.Mode;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.Rollout;
import io.mcprollout.policy.rollout.RolloutState;
import io.mcprollout.policy.rollout.SlotView;
import io.mcprollout.policy.rollout.SlotView.Fact;
import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** A cluster in memory, with the real loop in it; time passes only when it is told to. */
final class Cluster implements Site, RolloutStore, Workloads, Herald, Uncounted {
    static final RolloutKey KEY = new RolloutKey("mcp-services", "mcp-server");
    static final Revision V1 = new Revision("1-v1");
    static final Revision V2 = new Revision("1-v2");
    static final Revision V3 = new Revision("1-v3");
    private static final Duration STEP = Duration.ofMillis(500);

    /** Raised in place of a controller that dies right after a write. */
    static final class Killed extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Clock clock = new Clock() {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    };
    final Users traffic = new Users(this, 7);
    final Map<Revision, Version> versions = new HashMap<>();
    final Map<Slot, Revision> templates = new EnumMap<>(Slot.class);
    private final Map<Slot, Set<Revision>> held = new EnumMap<>(Slot.class);
    final Map<Slot, Integer> ready = new EnumMap<>(Slot.class);
    final Map<Slot, Integer> wanted = new EnumMap<>(Slot.class);
    final Map<Slot, SlotView.Scaler> scalers = new EnumMap<>(Slot.class);
    final Map<Slot, List<Fact>> facts = new EnumMap<>(Slot.class);
    final Map<Slot, Boolean> rolling = new EnumMap<>(Slot.class);
    final List<String> events = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();
    Wish wish = new Wish.Accepted(Setups.usual());
    Mode mode = Mode.Active;
    boolean deleting;
    boolean mintsSessions;
    boolean letGo = true;
    boolean savesFail;
    int killAfterWrite = Integer.MAX_VALUE;
    int writes;
    private long generation = 1;
    private Optional<Memory> memory = Optional.empty();
    private Optional<Keepsake> record = Optional.empty();
    private int incarnation = 1;
    Optional<Entry> status = Optional.empty();
    final Route route;
    private RolloutLoop loop;

    Cluster() {
        this(new PlainRoute());
    }

    Cluster(Route route) {
        this.route = route;
        route.onWrite(this::write);
        loop = loop();
        for (Slot slot : Slot.values()) {
            templates.put(slot, V1);
            ready.put(slot, 2);
        }
        runUntil("adopted", () -> state() instanceof RolloutState.Idle);
    }

    // ---- what people and the cluster do

    Cluster release(Revision revision, Version behaviour) {
        return release(Slot.B, revision, behaviour);
    }

    Cluster release(Slot slot, Revision revision, Version behaviour) {
        versions.put(revision, behaviour);
        templates.put(slot, revision);
        return this;
    }

    /** The next rollouts are promoted in this way. */
    Cluster promotion(Promotion promotion) {
        wish(new Wish.Accepted(Setups.of(Setups.fast(), promotion)));
        return this;
    }

    /** Somebody annotates the resource, or an annotation stays in Git. */
    void order(Command.Kind kind, String text) {
        commands.add(Command.parse(kind, text));
    }

    void wish(Wish next) {
        wish = next;
        generation++;
    }

    void restartController() {
        loop = loop();
    }

    /** The resource is deleted and made anew: its status is lost, the record stays. */
    void recreate() {
        memory = Optional.empty();
        status = Optional.empty();
        incarnation++;
        generation = 1;
        deleting = false;
        letGo = true;
    }

    void loseRecord() {
        record = Optional.empty();
    }

    /** Why it does what it does, by its machine-readable reason. */
    String reason() {
        return status.map(entry -> entry.decision().rationale().reason()).orElse("");
    }

    String message() {
        return status.map(entry -> entry.decision().rationale().message()).orElse("");
    }

    /** Makes the saved evidence unreadable. */
    void spoilEvidence() {
        memory = memory.map(saved -> new Memory(saved.rollout(), saved.setup(), "nonsense"));
    }

    void run(Duration time) {
        Instant end = now.plus(time);
        while (now.isBefore(end)) {
            step();
        }
    }

    void runUntil(String what, BooleanSupplier condition) {
        Instant end = now.plus(Duration.ofHours(2));
        while (!condition.getAsBoolean()) {
            if (now.isAfter(end)) {
                throw new AssertionError("never " + what + " but " + state().phase() + ": "
                        + status.map(entry -> entry.decision().rationale().toString())
                                .orElse("") + ", told " + events);
            }
            step();
        }
    }

    void runUntilShare(int share) {
        runUntil(
                "at " + share,
                () -> share(Slot.B) == share && state() instanceof RolloutState.Stepping stepping && stepping.seen());
    }

    <T extends RolloutState> T runUntil(Class<T> state) {
        runUntil(state.getSimpleName(), () -> state.isInstance(state()));
        return state.cast(state());
    }

    private void step() {
        templates.forEach((slot, revision) ->
                held.computeIfAbsent(slot, fresh -> new HashSet<>()).add(revision));
        Instant before = now;
        now = now.plus(STEP);
        traffic.flow(before, now);
        tick();
    }

    /** Looks until nothing is to be done at once. */
    void tick() {
        for (int i = 0; i < 20; i++) {
            Optional<Duration> next;
            try {
                next = loop.tick(KEY);
            } catch (Killed killed) {
                restartController();
                continue;
            }
            if (next.isEmpty() || next.get().compareTo(Duration.ofMillis(1)) > 0) {
                return;
            }
        }
    }

    private RolloutLoop loop() {
        return new RolloutLoop(
                this, route, this, traffic, traffic.mesh(), this, this, clock, Duration.ofSeconds(30), 50);
    }

    private void write() {
        writes++;
        if (writes == killAfterWrite) {
            throw new Killed();
        }
    }

    // ---- what is asked of it

    RolloutState state() {
        return memory.map(Memory::rollout).orElse(Rollout.NEW).state();
    }

    History history() {
        return loop.history(KEY);
    }

    private boolean isUnderWay() {
        return state() instanceof RolloutState.Live || state() instanceof RolloutState.RollingBack;
    }

    Rollout rollout() {
        return memory.map(Memory::rollout).orElse(Rollout.NEW);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public boolean mintsSessions() {
        return mintsSessions;
    }

    @Override
    public int share(Slot slot) {
        return slot == Slot.B ? route.share() : 100 - route.share();
    }

    @Override
    public Version version(Slot slot) {
        return versions.getOrDefault(templates.getOrDefault(slot, V1), Version.GOOD);
    }

    @Override
    public boolean isUp(Slot slot) {
        return ready.getOrDefault(slot, 0) > 0;
    }

    // ---- ports

    @Override
    public Optional<Stored> load(RolloutKey rollout) {
        return letGo && deleting
                ? Optional.empty()
                : Optional.of(new Stored(
                        "uid-" + incarnation,
                        generation,
                        deleting,
                        mode,
                        wish,
                        commands,
                        memory.or(() -> record.map(kept ->
                                new Memory(Rollout.from(kept, Setups.usual().deployments()), Optional.empty(), "")))));
    }

    @Override
    public Saved save(RolloutKey rollout, Entry entry) {
        if (savesFail) {
            return Saved.NOT_SAVED;
        }
        memory = Optional.of(entry.memory());
        record = Optional.of(entry.memory().rollout().keepsake());
        status = Optional.of(entry);
        letGo &= !isUnderWay();
        write();
        return Saved.SAVED;
    }

    @Override
    public Saved letGo(RolloutKey rollout) {
        if (!letGo) {
            letGo = true;
            write();
        }
        return Saved.SAVED;
    }

    @Override
    public Map<Slot, SlotView> observe(RolloutKey rollout, Setup setup, boolean pods) {
        return Map.of(Slot.A, view(setup, Slot.A), Slot.B, view(setup, Slot.B));
    }

    /** How ids of sessions begin that a slot mints now. */
    String tag(Slot slot) {
        return slot.letter() + templates.getOrDefault(slot, V1).hash().substring(2);
    }

    private SlotView view(Setup setup, Slot slot) {
        int up = ready.getOrDefault(slot, 0);
        return new SlotView(
                setup.deployments().getOrDefault(slot, ""),
                Optional.ofNullable(templates.get(slot)),
                true,
                wanted.getOrDefault(slot, 2),
                wanted.getOrDefault(slot, 2),
                up,
                rolling.getOrDefault(slot, false),
                1,
                false,
                facts.getOrDefault(slot, List.of()),
                Optional.ofNullable(scalers.get(slot)),
                Set.of(tag(slot)));
    }

    @Override
    public void copyTemplate(RolloutKey rollout, Setup setup, Slot from, Slot to, Revision judged) {
        if (judged.equals(templates.get(from))
                && !templates.getOrDefault(from, V1).equals(templates.get(to))) {
            templates.put(to, templates.getOrDefault(from, V1));
            write();
        }
    }

    @Override
    public void scale(RolloutKey rollout, Setup setup, Slot slot, int replicas) {
        if (wanted.getOrDefault(slot, 2) != replicas) {
            wanted.put(slot, replicas);
            ready.put(slot, replicas);
            write();
        }
    }

    @Override
    public void restoreTemplate(RolloutKey rollout, Setup setup, Effect.RestoreTemplate restore) {
        Revision before = templates.get(restore.to());
        if (held.getOrDefault(restore.from(), Set.of()).contains(restore.revision())
                && Optional.ofNullable(before).equals(restore.over())) {
            templates.put(restore.to(), restore.revision());
            write();
        }
    }

    @Override
    public void announce(RolloutKey rollout, boolean warning, String reason, String message) {
        events.add(reason + ": " + message);
    }
}
