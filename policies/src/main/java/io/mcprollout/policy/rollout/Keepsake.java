package io.mcprollout.policy.rollout;

import io.mcprollout.policy.traffic.Revision;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What of a rollout has to outlive its status; slots go by their Deployments' names, which a new resource may list the other way round.
 *
 * @param stable Deployment that is stable; empty when that is not known
 * @param attempt number of the last attempt
 * @param incarnations number in the pin id of each Deployment
 * @param condemned revisions that only a retry may roll out again, oldest first
 * @param consumed commands that have counted, oldest first
 */
public record Keepsake(
        Optional<String> stable,
        int attempt,
        Map<String, Integer> incarnations,
        List<Revision> condemned,
        List<Command> consumed) {
    public Keepsake {
        incarnations = Collections.unmodifiableMap(new TreeMap<>(incarnations));
        condemned = List.copyOf(condemned);
        consumed = List.copyOf(consumed);
    }
}
