package io.mcprollout.it.istio;

import io.mcprollout.policy.traffic.Pin;
import io.mcprollout.policy.traffic.PinId;
import io.mcprollout.policy.traffic.Sessions;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Split;
import io.mcprollout.policy.traffic.TrafficPlan;
import io.mcprollout.policy.traffic.Weight;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Plans of every kind that the rules of a user's own route can say: any split, probes of any slot, sessions kept, ended or adopted. */
final class AnyPlan {
    /** Hashes of templates: some are the beginning of others. */
    static final List<String> TAGS = List.of("5d8", "5d8f", "5d8f7c6b9", "66b9d", "7", "77c0f4");

    private static final int[] STEPS = {0, 0, 10, 25, 50, 100};

    private AnyPlan() {}

    static TrafficPlan of(SplittableRandom random) {
        return of(random, false);
    }

    /** One for a route that is the controller's own, where sessions are known by incarnation too, so that any slot may have no tag. */
    static TrafficPlan of(SplittableRandom random, boolean generated) {
        Slot stable = random.nextBoolean() ? Slot.A : Slot.B;
        int percent = random.nextBoolean() ? STEPS[random.nextInt(STEPS.length)] : random.nextInt(101);
        Optional<Slot> adoption =
                random.nextInt(3) == 0 ? Optional.empty() : Optional.of(random.nextBoolean() ? Slot.A : Slot.B);
        Set<PinId> probeable = new HashSet<>();
        Map<Slot, Pin> pins = new EnumMap<>(Slot.class);
        List<String> free = new ArrayList<>(TAGS);
        for (Slot slot : Slot.values()) {
            PinId incarnation = new PinId(slot, random.nextInt(12));
            if (random.nextInt(4) > 0) {
                probeable.add(incarnation);
            }
            Set<String> tags = new HashSet<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                tags.add(free.remove(random.nextInt(free.size())));
            }
            boolean known = generated || adoption.equals(Optional.of(slot));
            if (!tags.isEmpty() || (known && random.nextBoolean())) {
                pins.put(slot, new Pin(incarnation, tags, (generated || !tags.isEmpty()) && random.nextInt(4) == 0));
            }
        }
        return new TrafficPlan(new Split(stable, new Weight(percent)), probeable, new Sessions(pins, adoption));
    }
}
