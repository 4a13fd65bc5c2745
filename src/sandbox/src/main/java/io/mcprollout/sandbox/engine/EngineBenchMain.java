package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Experiment;
import io.mcprollout.simulation.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Simulates rollouts by the engine and by models of what others do, and writes {@code target/bench/engine.json} and the page
 * {@code src/site/reference/engine-benchmark.md} with its plots: {@code EngineBenchMain <rollouts of a harmless setting> <of any other>}.
 */
public final class EngineBenchMain {
    private static final Path REPORT = Path.of("target", "bench", "engine.json");
    private static final Path PAGE = Path.of("src", "site", "reference", "engine-benchmark.md");
    private static final Path PLOTS = Path.of("src", "site", "img");
    private static final String SPEED = "SPEED";
    private static final long SEED = 20_260_101;

    private EngineBenchMain() {}

    /** Runs everything; a third argument restricts it to the settings of the tables whose names begin so, or to the speed, without a page. */
    public static void main(String[] args) {
        if (args.length < 2 || !args[0].matches("[1-9][0-9]{0,6}") || !args[1].matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException(
                    "usage: EngineBenchMain <rollouts of a harmless setting> <rollouts of any other> [table or SPEED]");
        }
        String only = args.length > 2 ? args[2].toUpperCase(Locale.ROOT) : "";
        long start = System.nanoTime();
        Optional<Speed> speed = only.isEmpty() || only.equals(SPEED) ? Optional.of(speed()) : Optional.empty();
        List<Row> rows = rows(only, Integer.parseInt(args[0]), Integer.parseInt(args[1]));
        double seconds = (System.nanoTime() - start) / 1e9;
        EngineReport report = new EngineReport(rows, speed, seconds);
        report.write(REPORT);
        say("%d lines in %.0f s: %s", rows.size(), seconds, REPORT);
        if (only.isEmpty()) {
            new EnginePage(report).write(PAGE, PLOTS);
            say("%s", PAGE);
        }
    }

    private static Speed speed() {
        say("Measuring one core, about a minute ...");
        Speed speed = Speed.measure();
        for (Speed.Update update : speed.updates()) {
            say(
                    "one core, %s: %,.0f full updates with decision a second, %,.0f bytes each; with latency %,.0f, %,.0f bytes",
                    update.preset(),
                    update.plain().perSecond(),
                    update.plain().bytes(),
                    update.timed().perSecond(),
                    update.timed().bytes());
        }
        say(
                "one core: the state is written %,.0f and read %,.0f times a second, %,d bytes",
                speed.encode().perSecond(), speed.decode().perSecond(), speed.encodedBytes());
        return speed;
    }

    private static List<Row> rows(String only, int rare, int other) {
        List<Setting> settings = Worlds.all().stream()
                .filter(setting -> setting.table().name().startsWith(only))
                .toList();
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < settings.size(); i++) {
            Setting setting = settings.get(i);
            int runs = setting.isRare() ? rare : other;
            Experiment experiment = new Experiment(setting.world(), setting.horizon(), SEED + i * 1_000_003L);
            long start = System.nanoTime();
            StringBuilder line = new StringBuilder();
            for (Engine engine : setting.engines()) {
                Summary summary = experiment.run(engine.releaser(), runs);
                rows.add(new Row(setting, engine, summary));
                line.append(String.format(
                        Locale.ROOT,
                        " · %s %d back, %d promoted, %.0f s",
                        engine.name(),
                        summary.rolledBack(),
                        summary.promoted(),
                        summary.medianSecondsToRollback()));
            }
            say(
                    "[%d/%d] %s %.1f %%, %s, %d runs, %.1f s%s",
                    i + 1,
                    settings.size(),
                    setting.table(),
                    setting.stable(),
                    setting.name(),
                    runs,
                    (System.nanoTime() - start) / 1e9,
                    line);
        }
        return rows;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
