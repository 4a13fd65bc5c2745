package io.mcprollout.controller.app;

import io.mcprollout.controller.port.RolloutKey;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** What a controller that begins to act looks at first. */
final class Beginning {
    private Beginning() {}

    /* Pods that are missing may be a rollback that is due; hundreds under way that are well can wait for it. */
    /**
     * Rollouts under way, those in trouble first.
     *
     * @param shortHanded namespaces in which a Deployment lacks ready pods
     */
    static List<RolloutKey> order(Set<RolloutKey> underWay, Set<String> shortHanded) {
        return underWay.stream()
                .sorted(Comparator.comparing(key -> !shortHanded.contains(key.namespace())))
                .toList();
    }
}
