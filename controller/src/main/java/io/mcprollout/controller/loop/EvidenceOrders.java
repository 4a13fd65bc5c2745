package io.mcprollout.controller.loop;

import io.mcprollout.controller.port.MeshOrder;
import io.mcprollout.controller.port.MeshOrder.MeshArm;
import io.mcprollout.controller.port.MetricSource;
import io.mcprollout.controller.port.ProbeOrder;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Prober;
import io.mcprollout.controller.port.RolloutKey;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.controller.port.TrafficRouter.Traffic;
import io.mcprollout.policy.rollout.Decision;
import io.mcprollout.policy.rollout.Decision.Pacing;
import io.mcprollout.policy.rollout.RolloutState.Live;
import io.mcprollout.policy.rollout.Run;
import io.mcprollout.policy.traffic.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Tells prober and mesh sources what to look at from now on. */
final class EvidenceOrders {
    private final Prober prober;
    private final MetricSource metrics;

    EvidenceOrders(Prober prober, MetricSource metrics) {
        this.prober = prober;
        this.metrics = metrics;
    }

    /** Asks for evidence of an attempt at this pace; probes only once their rules are in the routes. */
    void pace(RolloutKey key, Setup setup, Live live, Decision decision, boolean burst, Traffic traffic) {
        Run run = live.run();
        Pacing pacing = decision.pacing();
        List<ProbeOrder> probes = new ArrayList<>();
        if (pacing.pairs().isPresent() && !traffic.token().isEmpty()) {
            for (ProbeSpec spec : setup.probes()) {
                Duration interval = interval(spec, pacing.pairs().get(), burst);
                probes.add(new ProbeOrder(
                        spec,
                        run.stable(),
                        run.stablePin(),
                        run.candidatePin(),
                        traffic.token(),
                        interval,
                        decision.traffic().sessions(),
                        live.weight().percent()));
            }
        }
        prober.pace(key, probes);
        mesh(key, setup, pacing, traffic);
    }

    /** Asks the mesh alone. */
    void listen(RolloutKey key, Setup setup, Pacing pacing, Traffic traffic) {
        prober.pace(key, List.of());
        mesh(key, setup, pacing, traffic);
    }

    private void mesh(RolloutKey key, Setup setup, Pacing pacing, Traffic traffic) {
        List<MeshOrder> meshes = new ArrayList<>();
        if (pacing.scrapes().isPresent() && !traffic.host().isEmpty()) {
            setup.mesh()
                    .forEach((stream, source) -> meshes.add(new MeshOrder(
                            stream,
                            source,
                            arms(key, setup, traffic.host()),
                            pacing.scrapes().get())));
        }
        metrics.pace(key, meshes);
    }

    /** No evidence is needed any more. */
    void stop(RolloutKey key) {
        prober.pace(key, List.of());
        metrics.pace(key, List.of());
    }

    private static Duration interval(ProbeSpec spec, Duration paced, boolean burst) {
        Duration own = spec.interval().orElse(paced);
        return burst && paced.compareTo(own) < 0 ? paced : own;
    }

    private static Map<Slot, MeshArm> arms(RolloutKey key, Setup setup, String host) {
        Map<Slot, MeshArm> arms = new EnumMap<>(Slot.class);
        Map<Slot, String> subsets = switch (setup.routes()) {
            case Routes.Istio istio -> istio.subsets();
        };
        setup.deployments()
                .forEach((slot, deployment) ->
                        arms.put(slot, new MeshArm(key.namespace(), deployment, host, subsets.getOrDefault(slot, ""))));
        return arms;
    }
}
