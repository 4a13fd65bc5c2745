package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bench.Lane.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the packaged controller and writes {@code target/bench/controller.json}: {@code BenchMain <runs> <quarkus-app> [JVM flag…]}.
 *
 * <p>The report is written after every part, so that an interrupted benchmark leaves what it has.
 */
public final class BenchMain {
    private static final Path REPORT = Path.of("target", "bench", "controller.json");
    private static final Path MUTATIONS = Path.of("policies", "target", "pit-reports", "mutations.xml");
    private static final Pattern MUTATION = Pattern.compile("<mutation detected='(true|false)'");
    private static final int STARTS = 5;
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final ObjectNode report = JSON.createObjectNode();

    private BenchMain() {}

    /** Measures everything. */
    public static void main(String[] args) {
        if (args.length < 2 || !args[0].matches("[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException("usage: BenchMain <runs of each setting> <quarkus-app> [JVM flag…]");
        }
        Logger.getLogger("").setLevel(Level.WARNING);
        new BenchMain()
                .measure(
                        Integer.parseInt(args[0]),
                        Path.of(args[1]),
                        Arrays.asList(args).subList(2, args.length));
    }

    private void measure(int runs, Path app, List<String> image) {
        List<String> flags = new ArrayList<>(image);
        flags.add("-XX:AOTCache=" + app.resolve("app.aot").toAbsolutePath());
        report.putObject("machine")
                .put("processors", Runtime.getRuntime().availableProcessors())
                .put("java", System.getProperty("java.vm.version"));
        report.put("flags", String.join(" ", image));
        mutation();
        idle(new IdleBench(app, flags).run(STARTS));
        FaultBench faults = new FaultBench(app, flags);
        ArrayNode list = report.putArray("faultToStable");
        for (Setting setting : Setting.values()) {
            list.add(fault(setting, faults.run(setting, runs)));
            write();
        }
    }

    private void mutation() {
        if (!Files.exists(MUTATIONS)) {
            throw new IllegalStateException(MUTATIONS + " is missing; run `make mutation`");
        }
        Matcher found = MUTATION.matcher(read(MUTATIONS));
        int all = 0;
        int killed = 0;
        while (found.find()) {
            all++;
            killed += Boolean.parseBoolean(found.group(1)) ? 1 : 0;
        }
        report.putObject("mutation")
                .put("mutants", all)
                .put("killed", killed)
                .put("percent", round(100.0 * killed / all));
        say("mutants killed: %d of %d (%.1f %%)", killed, all, 100.0 * killed / all);
    }

    private void idle(IdleBench.Measured measured) {
        Figures ready = new Figures(measured.readySeconds());
        ObjectNode start = report.putObject("start").put("medianSeconds", round(ready.median()));
        measured.readySeconds().forEach(start.putArray("seconds")::add);
        ObjectNode idle = report.putObject("idle")
                .put("residentMiB", round(measured.residentMiB()))
                .put("readsApartFromLeasePerMinute", measured.readsApartFromLease());
        ObjectNode calls = idle.putObject("requestsPerMinute");
        measured.requestsPerMinute().forEach(calls::put);
        say(
                "ready in %.2f s (median of %d), %.0f MiB after 60 s idle, %d reads a minute apart from Lease and watches",
                ready.median(), measured.readySeconds().size(), measured.residentMiB(), measured.readsApartFromLease());
        write();
    }

    private static ObjectNode fault(Setting setting, FaultBench.Measured measured) {
        Figures seconds =
                new Figures(measured.results().stream().map(Result::seconds).toList());
        Figures failed = new Figures(measured.results().stream()
                .map(result -> (double) result.failedRequests())
                .toList());
        double reached = seconds.quantile(setting.goalQuantile());
        say(
                "%s: median %.1f s, p95 %.1f s, max %.1f s of %d; goal p%.0f <= %.0f s %s; median %.0f failed requests",
                setting,
                seconds.median(),
                seconds.quantile(0.95),
                seconds.max(),
                seconds.values().size(),
                100 * setting.goalQuantile(),
                setting.goalSeconds(),
                reached <= setting.goalSeconds() ? "met" : "MISSED",
                failed.median());
        ObjectNode json = JSON.createObjectNode()
                .put("setting", setting.name().toLowerCase(Locale.ROOT))
                .put("requestsPerSecond", setting.requestsPerSecond())
                .put("weight", 10)
                .put("runs", measured.results().size())
                .put("sideBySide", measured.sideBySide())
                .put("discardedForLateLoad", measured.discarded())
                .put(
                        "loadLateP99Ms",
                        round(measured.results().stream()
                                .mapToDouble(Result::lateMs)
                                .max()
                                .orElse(0)))
                .put("medianSeconds", round(seconds.median()))
                .put("p95Seconds", round(seconds.quantile(0.95)))
                .put("maxSeconds", round(seconds.max()))
                .put("goalSeconds", setting.goalSeconds())
                .put("goalQuantile", setting.goalQuantile())
                .put("goalMet", reached <= setting.goalSeconds())
                .put("failedRequestsMedian", failed.median())
                .put("failedRequestsMax", failed.max());
        measured.results().forEach(result -> json.withArray("seconds").add(result.seconds()));
        return json;
    }

    private void write() {
        try {
            Files.createDirectories(REPORT.toAbsolutePath().getParent());
            JSON.writeValue(REPORT.toFile(), report);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
