package io.mcprollout.sandbox.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.simulation.Simulation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The shipped presets, as plans of simulated rollouts. */
final class Presets {
    private static final List<Integer> WEIGHTS = List.of(10, 25, 50, 100);
    private static final Duration PREFLIGHT = Duration.ofSeconds(30);
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private Presets() {}

    /** The default plan, 10, 25, 50 and 100 %, under a preset. */
    static Plan plan(String preset) {
        return plan(numbers(preset));
    }

    /** The same weights under other numbers. */
    static Plan plan(Numbers numbers) {
        return plan(
                numbers,
                WEIGHTS.stream()
                        .map(weight -> Step.of(new Weight(weight), Duration.ZERO))
                        .toList());
    }

    /** A plan that stays at 10 %. */
    static Plan stayingAtTen(String preset) {
        return plan(
                numbers(preset), List.of(Step.of(new Weight(10), FOR_EVER), Step.of(new Weight(100), Duration.ZERO)));
    }

    private static Plan plan(Numbers numbers, List<Step> steps) {
        var probe = new Streams.Probe(Simulation.PROBE, numbers.pairInterval());
        return new Plan(
                steps,
                PREFLIGHT,
                numbers,
                new Streams(List.of(probe), List.of(Simulation.MESH)),
                Promotion.Replace,
                Duration.ZERO,
                SessionPlan.USUAL);
    }

    /** The numbers of a preset that is shipped. */
    static Numbers numbers(String preset) {
        return read(spec(preset));
    }

    /** The same with other values of some fields, as a policy states them. */
    static Numbers numbers(String preset, Map<String, String> others) {
        ObjectNode spec = spec(preset);
        others.forEach(spec::put);
        return read(spec);
    }

    /** What a preset that is shipped says of one field; empty when it says nothing. */
    static String value(String preset, String field) {
        return spec(preset).path(field).asText();
    }

    private static ObjectNode spec(String preset) {
        String resource = "/io/mcprollout/policy/presets/" + preset + ".yaml";
        try (InputStream in =
                Objects.requireNonNull(Numbers.class.getResourceAsStream(resource), () -> resource + " is missing")) {
            return new YAMLMapper().readTree(in).withObject("/spec");
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Numbers read(JsonNode spec) {
        Numbers numbers = new Numbers(
                share(spec, "falseRollbackProbability"),
                share(spec, "falseAdvanceProbability"),
                share(spec, "margin"),
                share(spec, "harmBudget"),
                time(spec, "minimumDwell"),
                time(spec, "deadline"),
                time(spec, "blipTolerance"),
                time(spec, "scrapeInterval"),
                time(spec, "pairInterval"),
                Numbers.DeadlineAction.valueOf(spec.path("onInconclusive").asText()),
                time(spec, "noDataDeadline"),
                time(spec, "holdWindow"),
                share(spec, "tolerableSlowdown"));
        return spec.has("relativeMargin") ? numbers.withRelativeMargin(share(spec, "relativeMargin")) : numbers;
    }

    private static double share(JsonNode spec, String field) {
        return Double.parseDouble(spec.path(field).asText().replace("%", "")) / 100;
    }

    private static Duration time(JsonNode spec, String field) {
        return Duration.parse("PT" + spec.path(field).asText());
    }
}
