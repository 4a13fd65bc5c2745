package io.mcprollout.sandbox.engine;

import io.mcprollout.sandbox.engine.Cost.Case;
import io.mcprollout.sandbox.engine.Cost.Kind;
import io.mcprollout.simulation.Disturbance;
import io.mcprollout.simulation.Disturbance.Fault;
import io.mcprollout.simulation.Disturbance.Hits;
import io.mcprollout.simulation.Disturbance.Path;
import io.mcprollout.simulation.Pace;
import io.mcprollout.simulation.Regression;
import io.mcprollout.simulation.Sessions;
import io.mcprollout.simulation.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which values of a field are tried in which worlds.
 *
 * @param field as a policy names it
 * @param values as a policy states them
 * @param besides what else differs from {@code standard}, by field
 */
record Trial(String field, List<String> values, List<Case> worlds, Map<String, String> besides) {
    /** Value of a field that is not stated. */
    static final String ABSENT = "none";

    private static final Duration ONSET = Duration.ofSeconds(60);
    /* The step to 10 % begins after two minutes of preflight and takes two. */
    private static final Duration EARLY = Duration.ofSeconds(130);
    private static final Duration LATE = Duration.ofSeconds(200);

    private static final World USUAL = World.of(10, .01);
    private static final World QUIET = World.of(1, .03);
    private static final World BUSY = World.of(100, .001);
    private static final Case EQUAL = new Case("equal", Kind.GOOD, USUAL);
    private static final List<Case> FAILURES = List.of(
            EQUAL,
            worse(USUAL, .5),
            worse(USUAL, 1),
            worse(USUAL, 3),
            worse(USUAL, 5),
            worse(USUAL, 20),
            worse(USUAL, 99));

    /** All trials, in the order of the page. */
    static final List<Trial> ALL = List.of(
            new Trial("falseRollbackProbability", List.of("0.1%", "1%", "5%"), with(FAILURES, storm())),
            new Trial("falseAdvanceProbability", List.of("1%", "5%", "20%"), FAILURES),
            new Trial("margin", List.of("0.1%", "0.5%", "1%", "2%"), with(FAILURES, storm())),
            new Trial("relativeMargin", List.of(ABSENT, "100%", "50%"), among(BUSY, .1, .3, .5, 1, 5)),
            new Trial("harmBudget", List.of("0.5%", "1%", "2%", "5%"), FAILURES),
            new Trial("minimumDwell", List.of("30s", "2m", "5m"), FAILURES),
            new Trial(
                    "deadline",
                    List.of("10m", "20m", "30m"),
                    among(QUIET, 1, 3, 5, 20),
                    Map.of("onInconclusive", "Rollback")),
            new Trial(
                    "onInconclusive",
                    List.of("Hold", "Rollback"),
                    among(QUIET, 1, 3, 5, 20),
                    Map.of("deadline", "10m")),
            new Trial(
                    "blipTolerance",
                    List.of("5s", "15s", "30s"),
                    List.of(
                            EQUAL,
                            blip(5),
                            blip(10),
                            blip(15),
                            blip(30),
                            worse(USUAL, 5),
                            worse(USUAL, 20),
                            worse(USUAL, 99))),
            new Trial("scrapeInterval", List.of("2s", "5s", "15s"), with(FAILURES, blip(10))),
            new Trial("pairInterval", List.of("1s", "5s", "15s"), with(FAILURES, blip(10))),
            new Trial("holdWindow", List.of("10s", "30s", "2m"), with(FAILURES, outage())),
            new Trial(
                    "tolerableSlowdown",
                    List.of("20%", "50%", "100%"),
                    List.of(EQUAL, slower(1.5), slower(2), slower(3), slower(5))));

    Trial {
        values = List.copyOf(values);
        worlds = List.copyOf(worlds);
        besides = Map.copyOf(besides);
    }

    private Trial(String field, List<String> values, List<Case> worlds) {
        this(field, values, worlds, Map.of());
    }

    private static List<Case> with(List<Case> worlds, Case more) {
        List<Case> all = new ArrayList<>(worlds);
        all.add(more);
        return all;
    }

    private static List<Case> among(World world, double... points) {
        List<Case> all = new ArrayList<>(List.of(new Case("equal", Kind.GOOD, world)));
        for (double each : points) {
            all.add(worse(world, each));
        }
        return all;
    }

    private static Case worse(World world, double points) {
        String name = points == 99
                ? "broken"
                : String.format(Locale.ROOT, points < 1 ? "−%.1f points" : "−%.0f points", points);
        return new Case(
                name, Kind.FAILING, world.with(Regression.of(points / 100).after(ONSET)));
    }

    private static Case blip(int seconds) {
        Fault blip = new Fault(Hits.CANDIDATE, Path.ALL, 1, Duration.ofSeconds(seconds), EARLY, LATE);
        return new Case(seconds + " s blip", Kind.TOLERABLE, USUAL.with(blip));
    }

    private static Fault bothFail() {
        return new Fault(Hits.BOTH, Path.ALL, .6, Duration.ofMinutes(2), EARLY, LATE);
    }

    private static Case outage() {
        return new Case("outage", Kind.GOOD, USUAL.with(bothFail()));
    }

    private static Case storm() {
        World storm = World.of(100, .01)
                .with(Regression.of(.005))
                .with(bothFail())
                .with(new Disturbance.Drift(.1, 3))
                .with(Sessions.NONE.withBurst(5))
                .withLag();
        return new Case("storm", Kind.TOLERABLE, storm);
    }

    /* The mesh tells nothing of it: what its latency stream tolerates is fixed. */
    private static Case slower(double factor) {
        World world = USUAL.with(new Regression(0, 0, Optional.of(ONSET))).with(new Pace(false, factor, 0));
        return new Case(String.format(Locale.ROOT, "×%.1f", factor), Kind.SLOW, world);
    }
}
