package io.mcprollout.controller.adapter.kube;

import io.mcprollout.controller.api.v1alpha1.Evidence.Mesh;
import io.mcprollout.controller.api.v1alpha1.Evidence.Probe;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec.Approval;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec.Preflight;
import io.mcprollout.controller.api.v1alpha1.McpRolloutSpec.PromotionMode;
import io.mcprollout.controller.api.v1alpha1.Policy;
import io.mcprollout.controller.api.v1alpha1.Policy.Preset;
import io.mcprollout.controller.api.v1alpha1.PolicyNumbers;
import io.mcprollout.controller.port.ProbeSpec;
import io.mcprollout.controller.port.Problem;
import io.mcprollout.controller.port.RolloutStore.Wish;
import io.mcprollout.controller.port.Routes;
import io.mcprollout.controller.port.Setup;
import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.rollout.Capacity;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Slot;
import io.mcprollout.policy.traffic.Weight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a spec once and whole: what comes out is legal, or everything that is wrong with it, each with its field and the fix.
 * Repeats what the API server checks, for a resource may be older than its rules.
 */
public final class SpecParser {
    private static final String PREFLIGHT = "30s";
    private static final String NO_HOLD = "0s";
    private static final String APPROVAL = "4h";
    private static final String KEEP = "24h";

    private final Presets presets = new Presets();
    private final Set<String> sources;
    private final Set<String> namespaces;
    private final Function<List<ProbeSpec>, List<Problem>> probeCheck;

    /**
     * A parser.
     *
     * @param sources names of the mesh sources in the controller's configuration
     * @param namespaces whose VirtualServices are watched; none: all
     * @param probeCheck what is wrong with probes beyond their form
     */
    public SpecParser(
            Set<String> sources, Set<String> namespaces, Function<List<ProbeSpec>, List<Problem>> probeCheck) {
        this.sources = Set.copyOf(sources);
        this.namespaces = Set.copyOf(namespaces);
        this.probeCheck = probeCheck;
    }

    /** Reads a spec of a namespace; {@code policies} finds the numbers of a McpRolloutPolicy of that namespace by name. */
    Wish parse(String namespace, McpRolloutSpec spec, Function<String, Optional<PolicyNumbers>> policies) {
        Problems problems = new Problems();
        Optional<Numbers> numbers = numbers(spec, policies, problems);
        List<Step> steps = steps(spec, problems);
        Duration preflight = preflight(spec.preflight(), problems);
        Duration keep = keep(spec, problems);
        List<ProbeSpec> probes = probes(spec, problems);
        Map<String, String> mesh = mesh(spec, problems);
        Optional<Routes> routes = new RouteParser(namespaces, problems).parse(namespace, spec.traffic());
        if (spec.workloads().stable().name().equals(spec.workloads().canary().name())) {
            problems.add("canary.name", "spec.workloads", "must be another Deployment than stable; name the other one");
        }
        Optional<Capacity> capacity = capacity(spec, problems);
        SessionPlan sessions = new SessionsParser(problems)
                .parse(spec.sessions(), routes.filter(Routes::isWhole).isPresent());
        if (problems.size() > 0 || numbers.isEmpty() || routes.isEmpty() || capacity.isEmpty()) {
            return new Wish.Refused(problems.list());
        }
        Plan plan = new Plan(
                steps,
                preflight,
                numbers.get(),
                streams(probes, mesh, numbers.get()),
                promotion(spec),
                keep,
                sessions,
                capacity.get());
        List<String> ignored = spec.workloads().ignore();
        return new Wish.Accepted(
                new Setup(
                        plan,
                        routes.get(),
                        Map.of(
                                Slot.A, spec.workloads().stable().name(),
                                Slot.B, spec.workloads().canary().name()),
                        ignored == null ? List.of() : ignored,
                        probes,
                        mesh),
                Boolean.TRUE.equals(spec.traffic().allowUncontrolled()));
    }

    private Optional<Numbers> numbers(
            McpRolloutSpec spec, Function<String, Optional<PolicyNumbers>> policies, Problems problems) {
        Policy policy = spec.policy();
        PolicyNumbers standard = presets.get(Preset.Standard);
        if (policy == null) {
            return new NumbersParser(problems, "spec.policy").parse(standard);
        }
        Preset preset = policy.preset();
        String name = policy.name();
        if ((preset == null) == (name == null)) {
            problems.add(new Problem(
                    Problems.INVALID, "spec.policy", "exactly one of preset and name must be set; keep one of them"));
            return Optional.empty();
        }
        PolicyNumbers base = preset == null ? standard : presets.get(preset);
        if (name != null) {
            Optional<PolicyNumbers> named = policies.apply(name);
            if (named.isEmpty()) {
                problems.add(new Problem(
                        "PolicyNotFound",
                        "spec.policy.name",
                        "there is no McpRolloutPolicy " + name + " in this namespace; create it, or use a preset"));
                return Optional.empty();
            }
            base = named.get().over(standard);
        }
        return new NumbersParser(problems, "spec.policy")
                .parse(policy.overrides().over(base));
    }

    private static List<Step> steps(McpRolloutSpec spec, Problems problems) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < spec.steps().size(); i++) {
            var step = spec.steps().get(i);
            String path = "spec.steps[" + i + "]";
            String hold = step.hold() == null ? NO_HOLD : step.hold();
            Optional<Duration> held = DurationText.parse(hold);
            if (held.isEmpty()) {
                problems.add("hold", path, "must be a duration such as 5m but is " + hold);
            }
            if (step.weight() < 1 || step.weight() > 100) {
                problems.add("weight", path, "must be 1..100 but is " + step.weight());
            } else {
                Optional<Duration> approval = approval(step.approval(), path, problems);
                steps.add(new Step(new Weight(step.weight()), held.orElse(Duration.ZERO), approval));
            }
        }
        if (steps.size() == spec.steps().size()) {
            for (String problem : Plan.problems(steps)) {
                problems.add(new Problem(Problems.INVALID, "spec.steps", problem + "; sort them and end with 100"));
            }
        }
        return steps;
    }

    private static Optional<Duration> approval(@Nullable Approval approval, String path, Problems problems) {
        return Optional.ofNullable(approval)
                .map(wanted -> duration("timeout", path + ".approval", wanted.timeout(), APPROVAL, problems));
    }

    private static Duration keep(McpRolloutSpec spec, Problems problems) {
        String wanted = spec.promotion() == null ? null : spec.promotion().keep();
        return duration("keep", "spec.promotion", wanted, KEEP, problems);
    }

    private static Duration preflight(@Nullable Preflight preflight, Problems problems) {
        return duration("hold", "spec.preflight", preflight == null ? null : preflight.hold(), PREFLIGHT, problems);
    }

    /* Of nothing wanted the usual one, which also is the example of how one is written. */
    private static Duration duration(
            String field, String path, @Nullable String wanted, String usual, Problems problems) {
        Optional<Duration> duration = DurationText.parse(wanted == null ? usual : wanted);
        if (duration.isEmpty()) {
            problems.add(field, path, "must be a duration such as " + usual + " but is " + wanted);
        }
        return duration.orElse(Duration.ZERO);
    }

    private List<ProbeSpec> probes(McpRolloutSpec spec, Problems problems) {
        List<Probe> wanted =
                spec.evidence().probes() == null ? List.of() : spec.evidence().probes();
        if (wanted.isEmpty()) {
            problems.add("probes", "spec.evidence", "needs at least one MCP probe; add one with the server's url");
        }
        List<ProbeSpec> probes = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < wanted.size(); i++) {
            String path = "spec.evidence.probes[" + i + "]";
            new ProbeParser(problems, path).parse(wanted.get(i)).ifPresent(probes::add);
            if (!names.add(wanted.get(i).name())) {
                problems.add("name", path, "is used twice; names of evidence must be unique, rename one");
            }
        }
        if (probes.size() == wanted.size()) {
            probeCheck.apply(probes).forEach(problems::add);
        }
        return probes;
    }

    private Map<String, String> mesh(McpRolloutSpec spec, Problems problems) {
        Map<String, String> mesh = new LinkedHashMap<>();
        List<Mesh> wanted =
                spec.evidence().mesh() == null ? List.of() : spec.evidence().mesh();
        List<Probe> probes =
                spec.evidence().probes() == null ? List.of() : spec.evidence().probes();
        for (int i = 0; i < wanted.size(); i++) {
            Mesh source = wanted.get(i);
            String path = "spec.evidence.mesh[" + i + "]";
            boolean taken = probes.stream().anyMatch(probe -> probe.name().equals(source.name()));
            if (taken || mesh.put(source.name(), source.source()) != null) {
                problems.add("name", path, "is used twice; names of evidence must be unique, rename one");
            }
            if (!sources.contains(source.source())) {
                problems.add(new Problem(
                        "SourceUnknown",
                        path + ".source",
                        "the controller's configuration has no source " + source.source() + "; it has "
                                + (sources.isEmpty()
                                        ? "none"
                                        : String.join(
                                                ", ", sources.stream().sorted().toList()))));
            }
        }
        return mesh;
    }

    private static Streams streams(List<ProbeSpec> probes, Map<String, String> mesh, Numbers numbers) {
        return new Streams(
                probes.stream()
                        .map(probe ->
                                new Streams.Probe(probe.name(), probe.interval().orElse(numbers.pairInterval())))
                        .toList(),
                List.copyOf(mesh.keySet()));
    }

    private static Optional<Capacity> capacity(McpRolloutSpec spec, Problems problems) {
        McpRolloutSpec.Capacity wanted = spec.capacity();
        if (wanted == null) {
            return Optional.of(Capacity.USUAL);
        }
        double headroom = wanted.headroom() == null ? Capacity.USUAL.headroom() : wanted.headroom();
        if (!(headroom >= 0 && headroom <= 10)) {
            problems.add(
                    "headroom", "spec.capacity", "must be 0..10, 1 for as many pods as stable, but is " + headroom);
            return Optional.empty();
        }
        return Optional.of(new Capacity(headroom, wanted.scale() == McpRolloutSpec.ScaleMode.Follow));
    }

    private static Promotion promotion(McpRolloutSpec spec) {
        PromotionMode mode = spec.promotion() == null ? null : spec.promotion().mode();
        return switch (mode == null ? PromotionMode.Auto : mode) {
            case Auto -> Promotion.Auto;
            case Git -> Promotion.Git;
            case Replace -> Promotion.Replace;
            case Swap -> Promotion.Swap;
        };
    }
}
