package io.mcprollout.controller.watch;

import io.mcprollout.controller.port.RolloutKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/* Nearly every object has one follower or none, and there are tens of thousands: hence small sets that never change, and no second map. */
/** Which rollouts look at which objects of a kind. */
public final class Followers {
    private final Set<RolloutKey> known = new HashSet<>();
    private final Map<ObjectName, Set<RolloutKey>> followers = new HashMap<>();

    /** The rollout looks at these. */
    public synchronized void follow(RolloutKey rollout, Set<ObjectName> objects) {
        if (objects.stream().allMatch(object -> of(object).contains(rollout))) {
            return;
        }
        if (!known.add(rollout)) {
            forget(rollout);
            known.add(rollout);
        }
        for (ObjectName object : objects) {
            Set<RolloutKey> all = new HashSet<>(of(object));
            all.add(rollout);
            followers.put(object.interned(), Set.copyOf(all));
        }
    }

    /** From now on the rollout looks at nothing; takes time in proportion to all there is. */
    public synchronized void forget(RolloutKey rollout) {
        if (!known.remove(rollout)) {
            return;
        }
        followers.entrySet().removeIf(object -> {
            if (!object.getValue().contains(rollout)) {
                return false;
            }
            Set<RolloutKey> rest = new HashSet<>(object.getValue());
            rest.remove(rollout);
            object.setValue(Set.copyOf(rest));
            return rest.isEmpty();
        });
    }

    /** Those that look at an object. */
    public synchronized Set<RolloutKey> of(ObjectName object) {
        return followers.getOrDefault(object, Set.of());
    }
}
