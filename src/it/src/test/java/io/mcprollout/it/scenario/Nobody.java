package io.mcprollout.it.scenario;

import io.mcprollout.controller.loop.RolloutLoop;
import io.mcprollout.controller.port.Herald;
import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MetricSource;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.Prober;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.RolloutStore;
import io.mcprollout.controller.port.TrafficRouter;
import io.mcprollout.controller.port.Workloads;
import io.mcprollout.policy.evidence.Reading;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Who probes nothing and counts nothing. */
final class Nobody implements Prober, Uncounted {
    /** Of which rollouts nothing is to be counted any more. */
    final Set<RolloutKey> forgotten = new HashSet<>();

    /** A loop whose attempts get no evidence. */
    static RolloutLoop loop(RolloutStore store, TrafficRouter router, Workloads workloads, Herald herald, Clock clock) {
        Nobody nobody = new Nobody();
        return new RolloutLoop(
                store, router, workloads, nobody, new NoMesh(), herald, nobody, clock, Duration.ofSeconds(30), 50);
    }

    /** A mesh without numbers. */
    private static final class NoMesh implements MetricSource {
        @Override
        public void pace(RolloutKey rollout, List<MeshOrder> orders) {}

        @Override
        public List<Reading> drain(RolloutKey rollout, Instant now) {
            return List.of();
        }
    }

    @Override
    public void pace(RolloutKey rollout, List<ProbeOrder> orders) {}

    @Override
    public Seen drain(RolloutKey rollout, Instant now) {
        return new Seen(List.of(), List.of(), now);
    }

    @Override
    public void forget(RolloutKey rollout) {
        forgotten.add(rollout);
    }
}
