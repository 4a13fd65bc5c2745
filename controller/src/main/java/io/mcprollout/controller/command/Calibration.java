package io.mcprollout.controller.command;

import io.mcprollout.policy.gate.Numbers;
import io.mcprollout.policy.gate.Streams;
import io.mcprollout.policy.rollout.Plan;
import io.mcprollout.policy.rollout.Promotion;
import io.mcprollout.policy.rollout.SessionPlan;
import io.mcprollout.policy.rollout.Step;
import io.mcprollout.policy.traffic.Weight;
import io.mcprollout.simulation.Experiment;
import io.mcprollout.simulation.Regression;
import io.mcprollout.simulation.Simulation;
import io.mcprollout.simulation.Summary;
import io.mcprollout.simulation.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a policy does to one service, by simulated rollouts of the real engine.
 *
 * @param numbers of the policy
 * @param weights of the steps, in percent
 * @param perSecond requests of users per second
 * @param stableFails share of its requests that the stable version fails: 0..1
 * @param runs simulated rollouts of each case
 * @param seed of the first one: the same arguments give the same report
 */
record Calibration(Numbers numbers, List<Integer> weights, double perSecond, double stableFails, int runs, long seed) {
    /* A new version that turns bad does so some time after its first traffic, when its record is good. */
    private static final Duration ONSET = Duration.ofSeconds(60);
    private static final double LIKELY = .9;

    /**
     * What was found.
     *
     * @param healthy rollouts of a version that is as good as stable
     * @param regressions rollouts of worse ones
     * @param warnings about the policy for this service, as sentences
     */
    record Report(Summary healthy, List<Case> regressions, List<String> warnings) {}

    /**
     * Rollouts of a version that is worse.
     *
     * @param points how many points more of its requests fail
     * @param summary what became of them
     */
    record Case(int points, Summary summary) {}

    Report run() {
        Simulation engine = new Simulation(plan());
        World service = World.of(perSecond, stableFails);
        Summary healthy = experiment(service).run(engine, runs);
        List<Case> cases = new ArrayList<>();
        for (int points : List.of(1, 5, 20, 100)) {
            Regression regression =
                    Regression.of(Math.min(1 - stableFails, points / 100.0)).after(ONSET);
            cases.add(new Case(points, experiment(service.with(regression)).run(engine, runs)));
        }
        return new Report(healthy, List.copyOf(cases), warnings(healthy, cases));
    }

    private Experiment experiment(World world) {
        return new Experiment(world, horizon(), seed);
    }

    /** The longest that a rollout may take: every step until its deadline. */
    Duration horizon() {
        return numbers.deadline().multipliedBy(weights.size() + 1L);
    }

    private Plan plan() {
        List<Step> steps = weights.stream()
                .map(weight -> Step.of(new Weight(weight), numbers.minimumDwell()))
                .toList();
        Streams.Probe probe = new Streams.Probe(Simulation.PROBE, numbers.pairInterval());
        List<String> mesh = perSecond > 0 ? List.of(Simulation.MESH) : List.of();
        return new Plan(
                steps,
                numbers.minimumDwell(),
                numbers,
                new Streams(List.of(probe), mesh),
                Promotion.Replace,
                Duration.ZERO,
                SessionPlan.USUAL);
    }

    private List<String> warnings(Summary healthy, List<Case> cases) {
        List<String> warnings = new ArrayList<>();
        if (healthy.promotedShare() < LIKELY) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "only %.0f %% of healthy releases are certified for every step within the deadlines: there is too little evidence"
                            + " for a harmBudget of %s; raise it, probe more often (pairInterval), or give steps more time (deadline)",
                    100 * healthy.promotedShare(),
                    percent(numbers.harmBudget())));
        }
        if (healthy.rollbackUpper95() > numbers.falseRollbackProbability() && healthy.rolledBack() > 0) {
            warnings.add(String.format(
                    Locale.ROOT,
                    "%d of %d healthy releases went back; with so few runs the probability may be up to %s; use more --runs",
                    healthy.rolledBack(),
                    healthy.runs(),
                    percent(healthy.rollbackUpper95())));
        }
        for (Case worse : cases) {
            boolean withinBudget = worse.points() / 100.0 <= numbers.harmBudget();
            if (!withinBudget && worse.summary().promotedShare() > numbers.falseAdvanceProbability()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "a version that fails %d points more is promoted in %.0f %% of releases, although that is beyond the harm budget:"
                                + " it turns bad when its last certificate is nearly complete; a lower harmBudget asks for more evidence",
                        worse.points(),
                        100 * worse.summary().promotedShare()));
            }
        }
        return List.copyOf(warnings);
    }

    /** A share of 1 in percent, with as many digits as it needs. */
    static String percent(double share) {
        return String.format(Locale.ROOT, "%.4g", 100 * share)
                        .replaceFirst("(\\.[0-9]*?)0+$", "$1")
                        .replaceFirst("\\.$", "")
                + "%";
    }
}
