package io.mcprollout.sandbox.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Measures what many rollouts cost and writes {@code target/bench/scale.json}: {@code ScaleMain <foreign Deployments> <idle rollouts>
 * <active rollouts> <heap for the active> <quarkus-app> [JVM flag…]}. Those at rest are measured with the flags as they are.
 */
public final class ScaleMain {
    private static final Path REPORT = Path.of("target", "bench", "scale.json");
    /* What the image has is for few under way. */
    private static final List<String> ROOM = List.of("-Xms128m", "-Xmn64m");
    private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ScaleMain() {}

    /** Measures everything. */
    public static void main(String[] args) throws IOException {
        if (args.length < 5
                || !Arrays.stream(args).limit(3).allMatch(arg -> arg.matches("[0-9]{1,6}"))
                || !args[3].matches("[0-9]+[mg]")) {
            throw new IllegalArgumentException(
                    "usage: ScaleMain <foreign Deployments> <idle rollouts> <active rollouts>"
                            + " <heap, such as 512m> <quarkus-app> [JVM flag…]");
        }
        Logger.getLogger("").setLevel(Level.WARNING);
        int foreign = Integer.parseInt(args[0]);
        int idle = Integer.parseInt(args[1]);
        int active = Integer.parseInt(args[2]);
        String heap = "-Xmx" + args[3];
        Path app = Path.of(args[4]);
        List<String> flags = new ArrayList<>(Arrays.asList(args).subList(5, args.length));
        flags.add("-XX:AOTCache=" + app.resolve("app.aot").toAbsolutePath());
        ScaleBench bench = new ScaleBench(app, flags, Herd.record(), text -> say("%s", text));
        ObjectNode report = JSON.createObjectNode();
        report.put("flags", String.join(" ", flags)).put("foreignDeployments", foreign);
        if (idle > 0) {
            ScaleBench.Idle empty = bench.idle(0, 0);
            ScaleBench.Idle resting = bench.idle(foreign, idle);
            report.put("idleRollouts", idle)
                    .put("emptyMiB", round(empty.adopted()))
                    .put("adoptedMiB", round(resting.adopted()))
                    .put("emptyRestartedMiB", round(empty.restarted()))
                    .put("idleMiB", round(resting.restarted()));
            say(
                    "%d foreign Deployments, %d idle rollouts: %.1f MiB over %.1f MiB empty once all are adopted,"
                            + " %.1f over %.1f when the controller begins again",
                    foreign,
                    idle,
                    resting.adopted() - empty.adopted(),
                    empty.adopted(),
                    resting.restarted() - empty.restarted(),
                    empty.restarted());
        }
        if (active > 0) {
            List<String> more = new ArrayList<>(ROOM);
            more.add(heap);
            put(report, more, active, bench.active(foreign, active, more));
        }
        Files.createDirectories(REPORT.toAbsolutePath().getParent());
        JSON.writeValue(REPORT.toFile(), report);
        say("%s", REPORT);
    }

    private static void put(ObjectNode report, List<String> more, int active, ScaleBench.Active measured) {
        double writes = measured.calls(WRITES) / active;
        double lists = measured.calls(Set.of("list"));
        report.put("activeRollouts", active)
                .put("activeHeap", String.join(" ", more))
                .put("activeMiB", round(measured.residentMiB()))
                .put("lookLateP99Seconds", round(measured.lateP99Seconds()))
                .put("writesPerActiveRolloutAndMinute", round(writes))
                .put("listsPerMinute", round(lists))
                .put("controllerCores", round(measured.cores()))
                .put("sandboxCores", round(measured.benchCores()))
                .put("secondLeadsAfterSeconds", round(measured.leadsSeconds()))
                .put("dueRollbackWrittenAfterSeconds", round(measured.backSeconds()));
        ObjectNode calls = report.putObject("callsPerMinute");
        measured.callsPerMinute().forEach(calls::put);
        say(
                "%d active: %.1f MiB, looks late by %.3f s (p99), %.2f writes a minute each, %.1f lists a minute,"
                        + " %.2f cores (sandbox: %.2f); killed: another leads after %.1f s, a rollback that was due is written after %.1f s",
                active,
                measured.residentMiB(),
                measured.lateP99Seconds(),
                writes,
                lists,
                measured.cores(),
                measured.benchCores(),
                measured.leadsSeconds(),
                measured.backSeconds());
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }

    private static double round(double value) {
        return Math.round(value * 1000) / 1000.0;
    }
}
