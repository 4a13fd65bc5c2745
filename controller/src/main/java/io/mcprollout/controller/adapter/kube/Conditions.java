package io.mcprollout.controller.adapter.kube;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Conditions merged by type: the time of transition is kept as long as the status is the same. */
final class Conditions {
    private static final String TRUE = "True";
    private static final String FALSE = "False";

    private final Map<String, Condition> all = new LinkedHashMap<>();
    private final Map<String, Condition> before = new LinkedHashMap<>();
    private final long generation;
    private final Instant now;

    /** Starts from the conditions that are there; {@code generation} is that of the spec they will speak of. */
    Conditions(List<Condition> before, long generation, Instant now) {
        before.forEach(condition -> this.before.put(condition.getType(), condition));
        this.generation = generation;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
    }

    /** States one. */
    void set(String type, boolean holds, String reason, String message) {
        String status = holds ? TRUE : FALSE;
        Condition old = before.get(type);
        String since = old != null && status.equals(old.getStatus()) ? old.getLastTransitionTime() : now.toString();
        all.put(
                type,
                new ConditionBuilder()
                        .withType(type)
                        .withStatus(status)
                        .withReason(reason)
                        .withMessage(message)
                        .withObservedGeneration(generation)
                        .withLastTransitionTime(since)
                        .build());
    }

    /** States one that is worth mentioning only when it holds, or did. */
    void setIfEver(String type, boolean holds, String reason, String message) {
        if (holds || before.containsKey(type)) {
            set(type, holds, holds ? reason : "No" + type, holds ? message : "");
        }
    }

    /** Leaves one as it is. */
    void keep(String type) {
        Condition old = before.get(type);
        if (old != null) {
            all.put(type, old);
        }
    }

    List<Condition> list() {
        return List.copyOf(all.values());
    }
}
