package io.mcprollout.sandbox.engine;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.sandbox.engine.Cost.Case;
import io.mcprollout.simulation.Experiment;
import io.mcprollout.simulation.Simulation;
import io.mcprollout.simulation.Summary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Simulates what each field of a policy costs: one field at a time differs from {@code standard}, in the same histories. */
final class Costs {
    private static final String BASE = "standard";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final long SEED = 20_260_102;

    private final int runs;
    private final Map<Numbers, Map<Case, Summary>> known = new HashMap<>();

    /** With so many rollouts of each value in each world. */
    Costs(int runs) {
        this.runs = runs;
    }

    /** All fields; the listener is told each when it is done. */
    List<Cost> measure(Consumer<Cost> listener) {
        List<Cost> costs = new ArrayList<>();
        for (Trial trial : Trial.ALL) {
            List<Cost.Row> rows =
                    trial.values().stream().map(value -> row(trial, value)).toList();
            Cost cost = new Cost(trial.field(), trial.besides(), trial.worlds(), rows);
            listener.accept(cost);
            costs.add(cost);
        }
        return List.copyOf(costs);
    }

    private Cost.Row row(Trial trial, String value) {
        Map<String, String> others = new HashMap<>(trial.besides());
        if (!value.equals(Trial.ABSENT)) {
            others.put(trial.field(), value);
        }
        Numbers numbers = Presets.numbers(BASE, others);
        List<Summary> summaries =
                trial.worlds().stream().map(world -> summary(numbers, world)).toList();
        String usual = Presets.value(BASE, trial.field());
        return new Cost.Row(value, value.equals(usual.isEmpty() ? Trial.ABSENT : usual), summaries);
    }

    private Summary summary(Numbers numbers, Case world) {
        return known.computeIfAbsent(numbers, any -> new HashMap<>())
                .computeIfAbsent(
                        world,
                        each -> new Experiment(each.world(), HOUR, SEED)
                                .run(new Simulation(Presets.plan(numbers)), runs));
    }
}
