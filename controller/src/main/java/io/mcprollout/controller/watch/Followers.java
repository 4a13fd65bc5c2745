package io.mcprollout.controller.watch;

import io.mcprollout.controller.port.RolloutKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/* Nearly every object has one follower or none, and there are tens of thousands: hence sets that are small and never change. */
/** Which rollouts look at which objects of a kind. */
public final class Followers {
    private final Map<RolloutKey, Set<ObjectName>> followed = new HashMap<>();
    private final Map<ObjectName, Set<RolloutKey>> followers = new HashMap<>();

    /** From now on the rollout looks at these, and at no others. */
    public synchronized void follow(RolloutKey rollout, Set<ObjectName> objects) {
        if (objects.equals(followed.get(rollout))) {
            return;
        }
        forget(rollout);
        followed.put(rollout, Set.copyOf(objects));
        for (ObjectName object : objects) {
            followers.merge(object, Set.of(rollout), Followers::with);
        }
    }

    /** From now on the rollout looks at nothing. */
    public synchronized void forget(RolloutKey rollout) {
        Set<ObjectName> objects = followed.remove(rollout);
        if (objects == null) {
            return;
        }
        for (ObjectName object : objects) {
            followers.computeIfPresent(object, (any, rollouts) -> without(rollouts, rollout));
        }
    }

    /** Those that look at an object. */
    public synchronized Set<RolloutKey> of(ObjectName object) {
        return followers.getOrDefault(object, Set.of());
    }

    private static Set<RolloutKey> with(Set<RolloutKey> some, Set<RolloutKey> more) {
        Set<RolloutKey> all = new HashSet<>(some);
        all.addAll(more);
        return Set.copyOf(all);
    }

    private static @Nullable Set<RolloutKey> without(Set<RolloutKey> some, RolloutKey one) {
        Set<RolloutKey> rest = new HashSet<>(some);
        rest.remove(one);
        return rest.isEmpty() ? null : Set.copyOf(rest);
    }
}
