package io.mcprollout.it.scenario;

import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the McpRollout of a {@link Cluster} asks for: steps of ten seconds at 10, 25, 50 and 100 percent. */
final class Setups {
    private Setups() {}

    /** Numbers by which seconds are enough. */
    static Numbers fast() {
        return new Numbers(
                0.01,
                0.05,
                0.005,
                0.05,
                Duration.ofSeconds(30),
                Duration.ofMinutes(15),
                Duration.ofSeconds(6),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Numbers.DeadlineAction.Hold,
                Duration.ofMinutes(5),
                Duration.ofSeconds(30),
                0.5);
    }

    /** One that is probed from outside and promoted by replacement. */
    static Setup usual() {
        return of(fast(), Promotion.Replace);
    }

    /** One whose sessions are waited for. */
    static Setup draining(Promotion promotion, Duration quiet, Duration deadline) {
        Setup usual = of(fast(), promotion);
        Plan plan = usual.plan();
        return new Setup(
                new Plan(
                        plan.steps(),
                        plan.preflight(),
                        plan.numbers(),
                        plan.streams(),
                        plan.promotion(),
                        plan.keep(),
                        new SessionPlan(SessionPlan.Pinning.AUTO, false, quiet, deadline, false)),
                usual.routes(),
                usual.deployments(),
                usual.ignoredKeys(),
                usual.probes(),
                usual.mesh());
    }

    /** One that is probed from outside. */
    static Setup of(Numbers numbers, Promotion promotion) {
        return of(numbers, promotion, List.of(probe("outside", Optional.empty())));
    }

    /** One that is probed by each of these entry points. */
    static Setup probedBy(String... entryPoints) {
        return of(
                fast(),
                Promotion.Replace,
                java.util.Arrays.stream(entryPoints)
                        .map(name -> probe(name, Optional.of(name)))
                        .toList());
    }

    private static ProbeSpec probe(String name, Optional<String> entryPoint) {
        return new ProbeSpec(
                name,
                URI.create("https://mcp.example.com/mcp"),
                Optional.empty(),
                Duration.ofSeconds(5),
                List.of("get_current_time"),
                List.of(),
                Optional.empty(),
                entryPoint,
                Optional.empty());
    }

    private static Setup of(Numbers numbers, Promotion promotion, List<ProbeSpec> probes) {
        var steps = List.of(step(10), step(25), step(50), step(100));
        var plan = new Plan(
                steps,
                Duration.ofSeconds(10),
                numbers,
                new Streams(
                        probes.stream()
                                .map(probe -> new Streams.Probe(probe.name(), numbers.pairInterval()))
                                .toList(),
                        List.of("istio")),
                promotion,
                Duration.ofHours(24),
                SessionPlan.USUAL);
        var routes = new Routes.Istio(
                "mcp-services",
                List.of(new Routes.VirtualService("mcp-server", List.of("mcp"))),
                "mcp-server",
                Map.of(Slot.A, "stable", Slot.B, "canary"));
        return new Setup(
                plan,
                routes,
                Map.of(Slot.A, "mcp-server-stable", Slot.B, "mcp-server-canary"),
                List.of(),
                probes,
                Map.of("istio", "istio"));
    }

    private static Step step(int weight) {
        return Step.of(new Weight(weight), Duration.ofSeconds(10));
    }
}
