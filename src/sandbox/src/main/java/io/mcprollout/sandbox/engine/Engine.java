package io.mcprollout.sandbox.engine;

import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.simulation.Releaser;
import io.mcprollout.simulation.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Something that releases, under the name that tables give it. */
record Engine(String name, Releaser releaser) {
    private static final List<Integer> STEPS = List.of(10, 25, 50);
    private static final List<Integer> TENS = List.of(10, 20, 30, 40, 50);

    /** Flagger and Argo Rollouts at two usual settings each. */
    static final List<Engine> OTHERS = List.of(
            new Engine("Flagger 10/25/50", new Flagger(STEPS, 5, .99)),
            new Engine("Flagger 10…50", new Flagger(TENS, 5, .99)),
            new Engine("Argo ≥ 95 %", new ArgoRollouts(STEPS, Duration.ofMinutes(10), 3, .95)),
            new Engine("Argo ≥ 99 %", new ArgoRollouts(STEPS, Duration.ofMinutes(10), 3, .99)));

    /** Ours with a plan. */
    static Engine ours(String preset, Plan plan) {
        return new Engine("MCP Rollout " + preset, new Simulation(plan));
    }

    /** Ours with a plan, and a Prometheus that remembers the hour before. */
    static Engine remembering(String preset, Plan plan) {
        return new Engine("MCP Rollout " + preset + ", knows the last hour", new Simulation(plan, true));
    }

    /** Ours with a preset's default plan, and the others. */
    static List<Engine> all(String preset) {
        List<Engine> all = new ArrayList<>();
        all.add(ours(preset, Presets.plan(preset)));
        all.addAll(OTHERS);
        return List.copyOf(all);
    }

    boolean isOurs() {
        return releaser instanceof Simulation;
    }
}
