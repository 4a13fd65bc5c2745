package io.mcprollout.sandbox.kube.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Who is owned by whom, by uid. */
final class Ownership {
    private final Map<String, Key> alive = new HashMap<>();
    private final Map<String, Set<Key>> dependents = new HashMap<>();

    /** Follows one write. */
    void follow(Key key, @Nullable Stored before, @Nullable Stored after) {
        if (before != null) {
            if (after == null) alive.remove(uid(before.object()));
            owners(before.object()).forEach(o -> {
                var keys = dependents.get(o.path("uid").asText());
                if (keys != null && keys.remove(key) && keys.isEmpty())
                    dependents.remove(o.path("uid").asText());
            });
        }
        if (after != null) {
            alive.put(uid(after.object()), key);
            owners(after.object())
                    .forEach(o -> dependents
                            .computeIfAbsent(o.path("uid").asText(), u -> new TreeSet<>())
                            .add(key));
        }
    }

    /** The objects that name that uid as an owner. */
    List<Key> dependents(String uid) {
        return List.copyOf(dependents.getOrDefault(uid, Set.of()));
    }

    Optional<Key> alive(String uid) {
        return Optional.ofNullable(alive.get(uid));
    }

    private static String uid(JsonNode object) {
        return object.path("metadata").path("uid").asText();
    }

    static JsonNode owners(JsonNode object) {
        return object.path("metadata").path("ownerReferences");
    }
}
