package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Revision;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All that is remembered of an McpRollout: what was decided, and nothing that can be seen.
 *
 * @param stable slot that is stable now
 * @param slots what is remembered of each slot; empty until it was adopted
 * @param attempt number of the last attempt; 0 when there was none
 * @param condemned revisions that only a retry may roll out again, oldest first
 * @param consumed commands that have counted, oldest first
 * @param starts how often evidence was begun for a revision
 * @param contest whether somebody fights for the weights
 * @param drain sessions that stay on a slot after new ones went to the other; empty when there are none
 * @param state where it stands
 */
public record Rollout(
        Slot stable,
        Map<Slot, SlotMemory> slots,
        int attempt,
        List<Revision> condemned,
        List<Command> consumed,
        Map<Revision, Integer> starts,
        Contest contest,
        Optional<Drain> drain,
        RolloutState state) {
    /* Enough to outlive any history that people keep in Git, small enough for status. */
    private static final int REMEMBERED = 20;
    /* More than passes between two looks, much less than an excuse lasts. */
    private static final Duration ROUGHER = Duration.ofSeconds(10);

    /** Nothing is known. */
    public static final Rollout NEW = new Rollout(
            Slot.A,
            Map.of(),
            0,
            List.of(),
            List.of(),
            Map.of(),
            Contest.NONE,
            Optional.empty(),
            RolloutState.Initializing.BLANK);

    public Rollout {
        slots = Map.copyOf(slots);
        condemned = List.copyOf(condemned);
        consumed = List.copyOf(consumed);
        starts = starts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(starts));
    }

    /** The attempt under way; empty when nothing is rolled out or taken back. */
    public Optional<Run> run() {
        return switch (state) {
            case RolloutState.Live live -> Optional.of(live.run());
            case RolloutState.RollingBack back -> Optional.of(back.run());
            default -> Optional.empty();
        };
    }

    /** The slot that is not stable. */
    public Slot candidate() {
        return stable.other();
    }

    /** Name of a slot's Deployment when it was adopted; empty before. */
    public String deployment(Slot slot) {
        return memory(slot).deployment();
    }

    /** Whether a revision may only be rolled out after a retry. */
    public boolean isCondemned(Revision revision) {
        return condemned.contains(revision);
    }

    /** Whether nothing but time has passed between the two: same phase, same step seen, and the same things remembered. */
    public boolean isSameMoment(Rollout other) {
        return in(other.state).equals(other)
                && state.phase().equals(other.state.phase())
                && isSeen(state) == isSeen(other.state);
    }

    /** Whether answers are excused for longer than they were before: whoever takes over has to know, for the cause may have gone. */
    public boolean isRougherThan(Rollout before) {
        return Duration.between(roughUntil(before.state), roughUntil(state)).compareTo(ROUGHER) >= 0;
    }

    private static Instant roughUntil(RolloutState state) {
        return state instanceof RolloutState.Live live ? live.roughUntil() : Instant.EPOCH;
    }

    private static boolean isSeen(RolloutState state) {
        return state instanceof RolloutState.Stepping stepping && stepping.seen();
    }

    /** Whether replicas that were added for a rollout are still to be given back. */
    public boolean isToScaleDown() {
        return memory(candidate()).scaled().isPresent();
    }

    SlotMemory memory(Slot slot) {
        return slots.getOrDefault(slot, SlotMemory.NONE);
    }

    int startsOf(Revision revision) {
        return starts.getOrDefault(revision, 0);
    }

    /** As it begins when this is all that outlived status. */
    public static Rollout from(Keepsake keepsake, Map<Slot, String> deployments) {
        Map<Slot, SlotMemory> slots = new EnumMap<>(Slot.class);
        Optional<Slot> stable = Optional.empty();
        for (Map.Entry<Slot, String> slot : deployments.entrySet()) {
            int incarnation = keepsake.incarnations().getOrDefault(slot.getValue(), 0);
            slots.put(slot.getKey(), SlotMemory.NONE.incarnation(incarnation).named(slot.getValue()));
            stable = keepsake.stable().equals(Optional.of(slot.getValue())) ? Optional.of(slot.getKey()) : stable;
        }
        return new Rollout(
                stable.orElse(Slot.A),
                slots,
                keepsake.attempt(),
                keepsake.condemned(),
                keepsake.consumed(),
                Map.of(),
                Contest.NONE,
                Optional.empty(),
                new RolloutState.Initializing(stable));
    }

    /** What of it has to outlive status. */
    public Keepsake keepsake() {
        Map<String, Integer> incarnations = new TreeMap<>();
        slots.values().stream()
                .filter(memory -> !memory.deployment().isEmpty())
                .forEach(memory -> incarnations.put(memory.deployment(), memory.incarnation()));
        Optional<Slot> known =
                state instanceof RolloutState.Initializing fresh ? fresh.remembered() : Optional.of(stable);
        return new Keepsake(
                known.map(slot -> memory(slot).deployment()).filter(name -> !name.isEmpty()),
                attempt,
                incarnations,
                condemned,
                consumed);
    }

    /** The slots are no longer known by what is remembered of them; the routes decide anew. */
    Rollout forgettingSlots() {
        Map<Slot, SlotMemory> next = new EnumMap<>(Slot.class);
        slots.forEach((slot, memory) -> next.put(slot, SlotMemory.NONE.incarnation(memory.incarnation())));
        return new Rollout(
                stable,
                next,
                attempt,
                condemned,
                consumed,
                starts,
                Contest.NONE,
                Optional.empty(),
                RolloutState.Initializing.BLANK);
    }

    Rollout in(RolloutState state) {
        return new Rollout(stable, slots, attempt, condemned, consumed, starts, contest, drain, state);
    }

    Rollout with(Contest contest) {
        return new Rollout(stable, slots, attempt, condemned, consumed, starts, contest, drain, state);
    }

    Rollout with(Drain next) {
        return drained(Optional.of(next));
    }

    Rollout undrained() {
        return drain.isEmpty() ? this : drained(Optional.empty());
    }

    private Rollout drained(Optional<Drain> next) {
        return new Rollout(stable, slots, attempt, condemned, consumed, starts, contest, next, state);
    }

    Rollout withStable(Slot slot) {
        return new Rollout(slot, slots, attempt, condemned, consumed, starts, contest, drain, state);
    }

    Rollout withSlot(Slot slot, SlotMemory memory) {
        Map<Slot, SlotMemory> next = new LinkedHashMap<>(slots);
        next.put(slot, memory);
        return new Rollout(stable, next, attempt, condemned, consumed, starts, contest, drain, state);
    }

    Rollout settled(Slot slot, Optional<Revision> revision) {
        return withSlot(slot, memory(slot).settled(revision));
    }

    /** A slot keeps the replicas it was scaled to: it needs them from now on. */
    Rollout keptScaled(Slot slot) {
        return withSlot(slot, memory(slot).unscaled());
    }

    Rollout consuming(Command command) {
        return new Rollout(stable, slots, attempt, condemned, last(consumed, command), starts, contest, drain, state);
    }

    Rollout condemning(Revision revision) {
        return isCondemned(revision)
                ? this
                : new Rollout(
                        stable, slots, attempt, last(condemned, revision), consumed, starts, contest, drain, state);
    }

    Rollout pardoning(Revision revision) {
        List<Revision> left = new ArrayList<>(condemned);
        left.remove(revision);
        return new Rollout(stable, slots, attempt, left, consumed, starts, contest, drain, state);
    }

    Rollout counting(Revision revision) {
        Map<Revision, Integer> next = new LinkedHashMap<>(starts);
        next.remove(revision);
        next.put(revision, startsOf(revision) + 1);
        while (next.size() > REMEMBERED) {
            next.remove(next.keySet().iterator().next());
        }
        return new Rollout(stable, slots, attempt, condemned, consumed, next, contest, drain, state);
    }

    Rollout nextAttempt() {
        return new Rollout(stable, slots, attempt + 1, condemned, consumed, starts, Contest.NONE, drain, state);
    }

    private static <T> List<T> last(List<T> list, T added) {
        List<T> next = new ArrayList<>(list);
        next.add(added);
        return next.subList(Math.max(0, next.size() - REMEMBERED), next.size());
    }
}
