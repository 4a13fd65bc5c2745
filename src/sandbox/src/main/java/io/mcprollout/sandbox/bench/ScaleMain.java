package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.bench.ScaleBench.Measured;
import io.mcprollout.sandbox.bench.ScaleBench.Size;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Measures what many rollouts cost and writes {@code target/bench/scale.json}:
 * {@code ScaleMain <foreign Deployments> <idle rollouts> <active rollouts> <quarkus-app> [JVM flag…]}.
 */
public final class ScaleMain {
    private static final Path REPORT = Path.of("target", "bench", "scale.json");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ScaleMain() {}

    /** Measures everything. */
    public static void main(String[] args) throws IOException {
        if (args.length < 4 || !Arrays.stream(args).limit(3).allMatch(arg -> arg.matches("[0-9]{1,6}"))) {
            throw new IllegalArgumentException(
                    "usage: ScaleMain <foreign Deployments> <idle rollouts> <active rollouts> <quarkus-app> [JVM flag…]");
        }
        Logger.getLogger("").setLevel(Level.WARNING);
        Size size = new Size(Integer.parseInt(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
        Path app = Path.of(args[3]);
        List<String> flags = new ArrayList<>(Arrays.asList(args).subList(4, args.length));
        flags.add("-XX:AOTCache=" + app.resolve("app.aot").toAbsolutePath());
        Measured measured = new ScaleBench(app, flags).run(size, Herd.record());
        ObjectNode report = JSON.createObjectNode();
        report.put("flags", String.join(" ", flags));
        report.put("foreignDeployments", size.foreign())
                .put("idleRollouts", size.idle())
                .put("activeRollouts", size.active());
        report.put("emptyMiB", round(measured.emptyMiB()))
                .put("idleMiB", round(measured.idleMiB()))
                .put("activeMiB", round(measured.activeMiB()))
                .put("lookLateP99Seconds", round(measured.lateP99Seconds()))
                .put("writesPerActiveRolloutAndMinute", round(measured.writesPerActive(Math.max(1, size.active()))))
                .put("listsPerMinute", round(measured.lists()));
        ObjectNode calls = report.putObject("callsPerMinute");
        measured.callsPerMinute().forEach(calls::put);
        Files.createDirectories(REPORT.toAbsolutePath().getParent());
        JSON.writeValue(REPORT.toFile(), report);
        System.out.printf(
                Locale.ROOT,
                "%d foreign Deployments, %d idle rollouts: %.0f MiB over %.0f MiB empty; %d active: %.0f MiB, looks late by %.3f s (p99),"
                        + " %.2f writes a minute each, %.1f lists a minute: %s%n",
                size.foreign(),
                size.idle(),
                measured.idleMiB() - measured.emptyMiB(),
                measured.emptyMiB(),
                size.active(),
                measured.activeMiB(),
                measured.lateP99Seconds(),
                measured.writesPerActive(Math.max(1, size.active())),
                measured.lists(),
                REPORT);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
