package io.mcprollout.sandbox.engine;

import io.mcprollout.sandbox.engine.Setting.Table;
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
import java.util.Optional;

/** Every setting of the benchmark. */
final class Worlds {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration EARLY = Duration.ofSeconds(40);
    private static final Duration LATE = Duration.ofSeconds(160);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final double MARGIN = .005;
    private static final double ORACLE_BOUND = 1 / (.01 * .45);
    private static final double[] RATES = {.2, 1, 10, 100};
    private static final double[] STABLES = {99.9, 99};
    private static final double[] POINTS = {0, 1, 2, 5, 20, 100};
    private static final int[] ONSETS = {10, 120, 600};

    private final List<Setting> settings = new ArrayList<>();

    private Worlds() {}

    /** All settings, table by table. */
    static List<Setting> all() {
        Worlds worlds = new Worlds();
        worlds.equalVersions();
        worlds.troubled();
        worlds.blips();
        worlds.reachable();
        worlds.oracle();
        worlds.closedLoop("fast", RATES, STABLES);
        worlds.closedLoop("standard", new double[] {1, 10}, new double[] {99});
        worlds.onsets();
        worlds.latency();
        return List.copyOf(worlds.settings);
    }

    private static World world(double stable, double perSecond) {
        return World.of(perSecond, Math.round(1e6 * (1 - stable / 100)) / 1e6);
    }

    private void harmless(String name, double stable, World world) {
        settings.add(new Setting(
                Table.FALSE_ROLLBACK,
                String.format(Locale.ROOT, "%s, %s req/s", name, rate(world)),
                stable,
                100 * world.regression().users(),
                true,
                world,
                HOUR,
                Engine.all("fast")));
    }

    static String rate(World world) {
        double rate = world.perSecond();
        return rate == Math.rint(rate) ? Long.toString((long) rate) : Double.toString(rate);
    }

    private void equalVersions() {
        for (double rate : new double[] {.5, 3, 10, 100}) {
            harmless("equal", 99, world(99, rate));
        }
        harmless("equal", 99, world(99, .2));
        harmless("equal", 99.9, world(99.9, 10));
        harmless("equal", 97, world(97, 10));
        harmless("at the margin", 99, world(99, 10).with(Regression.of(MARGIN)));
        for (double rate : new double[] {10, 100}) {
            harmless("equal, latency measured", 99, world(99, rate).with(Pace.ALIKE));
            harmless("answers take 1.25 times as long", 99, world(99, rate).with(Pace.times(1.25)));
        }
    }

    private void troubled() {
        Fault outage = fault(Hits.BOTH, Path.ALL, .6, 120);
        World storm = world(99, 10)
                .with(outage)
                .with(new Disturbance.Drift(.1, 3))
                .with(Sessions.NONE.withBurst(5))
                .withLag();
        harmless("outage of both, ramp, bursts of 5, scrape lag", 99, storm);
        harmless(
                "the same at the margin, 10 times the traffic",
                99,
                new World(100, .01, Regression.of(MARGIN), storm.sessions(), true, storm.disturbances()));
        harmless(
                "30 % of both fail for 5 min, scrape lag",
                99, world(99, 20).with(fault(Hits.BOTH, Path.ALL, .3, 300)).withLag());
        harmless("bursts of 5", 99, world(99, 100).with(Sessions.NONE.withBurst(5)));
        harmless("probes of both fail for 5 min", 99.9, world(99.9, 10).with(fault(Hits.BOTH, Path.PROBES, 1, 300)));
        for (int seconds : new int[] {1, 3, 5}) {
            harmless(
                    "each fails " + seconds + " s at its own moment",
                    99.9,
                    world(99.9, 10).with(fault(Hits.EACH, Path.ALL, 1, seconds)));
        }
        harmless("each fails 2 s at its own moment", 99.9, world(99.9, .2).with(fault(Hits.EACH, Path.ALL, 1, 2)));
        harmless(
                "the canary's only pod is gone for 30 s",
                99.9,
                world(99.9, 10).with(new Disturbance.Loss(Duration.ofSeconds(30), Duration.ofSeconds(1), EARLY, LATE)));
        harmless(
                "for 1 min old pods in the canary's slot fail 50 %",
                99.9, world(99.9, 10).with(new Disturbance.Mixture(Duration.ofMinutes(1), .5)));
        harmless(
                "a node is drained every 10 min",
                99.9,
                world(99.9, 10)
                        .with(new Disturbance.Drains(
                                Duration.ofMinutes(10), Duration.ofSeconds(20), Duration.ofSeconds(2), .5)));
        harmless(
                "young sessions, 5 % of initialize fail on both",
                99.9, world(99.9, 100).with(new Sessions(Duration.ofMinutes(2), .05, .05, 1)));
        harmless("sessions pinned for 10 min", 99, world(99, 10).with(new Sessions(Duration.ofMinutes(10), .02, 0, 1)));
        harmless(
                "gateway restarts every minute",
                99,
                world(99, 10).with(new Disturbance.CounterResets(Duration.ofMinutes(1))));
        harmless(
                "controller down for 60 s, outage of both",
                99,
                world(99, 10).with(outage).with(new Disturbance.Restart(Duration.ofMinutes(1), EARLY, LATE)));
    }

    private static Fault fault(Hits hits, Path path, double failing, double seconds) {
        return new Fault(hits, path, failing, Duration.ofMillis(Math.round(1000 * seconds)), EARLY, LATE);
    }

    private void blips() {
        for (String preset : List.of("fast", "standard", "cautious")) {
            double tolerance = Presets.numbers(preset).blipTolerance().toSeconds();
            for (double share : new double[] {.5, 1, 1.5, 3}) {
                Fault blip = new Fault(
                        Hits.CANDIDATE,
                        Path.ALL,
                        1,
                        Duration.ofMillis(Math.round(1000 * share * tolerance)),
                        Duration.ofMinutes(3),
                        FIVE_MINUTES);
                settings.add(new Setting(
                        Table.BLIP,
                        String.format(
                                Locale.ROOT,
                                "%s: canary alone fails for %.0f s, %s tolerance",
                                preset,
                                share * tolerance,
                                share),
                        99.9,
                        0,
                        share <= 1,
                        world(99.9, 10).with(blip),
                        Duration.ofMinutes(8),
                        List.of(Engine.ours(preset, Presets.stayingAtTen(preset)))));
            }
        }
    }

    private void reachable() {
        List<Engine> ours = List.of(
                Engine.ours("fast", Presets.stayingAtTen("fast")),
                Engine.remembering("fast", Presets.stayingAtTen("fast")));
        for (double stable : STABLES) {
            for (int onset : ONSETS) {
                reachable("broken", stable, 10, drop(stable, 100), onset, ours);
                reachable("broken, probes see nothing", stable, 10, usersOnly(stable, 100), onset, ours);
                reachable("−20 points", stable, 10, drop(stable, 20), onset, ours);
                reachable("−20 points", stable, 100, drop(stable, 20), onset, ours);
            }
        }
    }

    private void reachable(String name, double stable, double rate, Regression wrong, int onset, List<Engine> engines) {
        World world = world(stable, rate).with(wrong.after(Duration.ofSeconds(onset)));
        settings.add(new Setting(
                Table.REACHABLE,
                String.format(Locale.ROOT, "%s, %s req/s, after %d s", name, rate(world), onset),
                stable,
                100 * wrong.users(),
                false,
                world,
                Duration.ofSeconds(onset + 1200),
                engines));
    }

    private void oracle() {
        List<Engine> engines = List.of(
                Engine.ours("fast", Presets.stayingAtTen("fast")),
                Engine.remembering("fast", Presets.stayingAtTen("fast")),
                new Engine("oracle", new Oracle(10, MARGIN, ORACLE_BOUND, Duration.ZERO)),
                new Engine("oracle, moment unknown", new Oracle(10, MARGIN, ORACLE_BOUND, Duration.ofMinutes(20))));
        for (double stable : STABLES) {
            for (double points : new double[] {5, 10, 20, 100}) {
                for (int onset : new int[] {10, 600}) {
                    Regression wrong = usersOnly(stable, points).after(Duration.ofSeconds(onset));
                    settings.add(new Setting(
                            Table.ORACLE,
                            String.format(Locale.ROOT, "−%.0f points after %d s", points, onset),
                            stable,
                            points,
                            false,
                            world(stable, 10).with(wrong),
                            Duration.ofSeconds(onset + 1800),
                            engines));
                }
            }
        }
    }

    private void closedLoop(String preset, double[] rates, double[] stables) {
        for (double stable : stables) {
            for (double points : POINTS) {
                for (double rate : rates) {
                    World world = world(stable, rate).with(drop(stable, points));
                    settings.add(new Setting(
                            Table.CLOSED_LOOP,
                            String.format(Locale.ROOT, "%s, %s req/s", size(points), rate(world)),
                            stable,
                            points,
                            points == 0,
                            world,
                            HOUR,
                            Engine.all(preset)));
                }
            }
        }
    }

    private void onsets() {
        for (int onset : new int[] {10, 60, 120}) {
            for (double points : new double[] {5, 20, 100}) {
                onset(size(points) + ", 10 req/s, after " + onset + " s", drop(99, points), points, onset);
            }
        }
        Regression outside = new Regression(0, 1, Optional.empty());
        onset("fails outside the mesh only, after 30 s", outside, 100, 30);
        settings.add(new Setting(
                Table.ONSET,
                "fails outside the mesh only, from the start",
                99,
                100,
                false,
                world(99, 10).with(outside),
                HOUR,
                Engine.all("fast")));
    }

    private void onset(String name, Regression wrong, double points, int onset) {
        settings.add(new Setting(
                Table.ONSET,
                name,
                99,
                points,
                false,
                world(99, 10).with(wrong.after(Duration.ofSeconds(onset))),
                HOUR,
                Engine.all("fast")));
    }

    private void latency() {
        for (double rate : new double[] {1, 10, 100}) {
            for (double factor : new double[] {1.5, 2, 3}) {
                slower(String.format(Locale.ROOT, "%s times as long", factor), rate, Pace.times(factor));
            }
            for (int percent : new int[] {10, 30}) {
                slower(percent + " % take 2 s longer", rate, Pace.tail(percent / 100.0));
            }
        }
    }

    private void slower(String name, double rate, Pace pace) {
        Regression onlySlower = new Regression(0, 0, Optional.of(Duration.ofSeconds(10)));
        World world = world(99, rate).with(onlySlower).with(pace);
        settings.add(new Setting(
                Table.LATENCY,
                String.format(Locale.ROOT, "%s, %s req/s", name, rate(world)),
                99,
                0,
                false,
                world,
                Duration.ofMinutes(30),
                List.of(Engine.ours("fast", Presets.stayingAtTen("fast")))));
    }

    static String size(double points) {
        return points == 0 ? "equal" : points == 100 ? "broken" : String.format(Locale.ROOT, "−%.0f points", points);
    }

    private static Regression drop(double stable, double points) {
        return Regression.of(Math.min(stable, points) / 100);
    }

    private static Regression usersOnly(double stable, double points) {
        return new Regression(Math.min(stable, points) / 100, 0, Optional.empty());
    }
}
