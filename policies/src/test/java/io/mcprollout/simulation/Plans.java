package io.mcprollout.simulation;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** Plans of simulated rollouts. */
final class Plans {
    private Plans() {}

    /** The preset {@code fast}: 10, 25, 50, 100 %. */
    static Plan fast() {
        Numbers numbers = new Numbers(
                .01,
                .05,
                .005,
                .05,
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofSeconds(6),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                .5);
        return plan(
                numbers,
                Stream.of(10, 25, 50, 100)
                        .map(weight -> Step.of(new Weight(weight), Duration.ZERO))
                        .toList());
    }

    /** The numbers of the preset {@code standard}, with all the time of a day. */
    static Numbers standard() {
        return new Numbers(
                .01,
                .05,
                .005,
                .02,
                Duration.ofMinutes(2),
                Duration.ofDays(1),
                Duration.ofSeconds(15),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                .5);
    }

    /** A plan that stays at 10 %. */
    static Plan stayingAtTen(Numbers numbers) {
        return plan(
                numbers, List.of(Step.of(new Weight(10), Duration.ofDays(1)), Step.of(new Weight(100), Duration.ZERO)));
    }

    private static Plan plan(Numbers numbers, List<Step> steps) {
        var probe = new Streams.Probe(Simulation.PROBE, numbers.pairInterval());
        return new Plan(
                steps,
                Duration.ofSeconds(30),
                numbers,
                new Streams(List.of(probe), List.of(Simulation.MESH)),
                Promotion.Replace,
                Duration.ZERO,
                SessionPlan.USUAL);
    }
}
