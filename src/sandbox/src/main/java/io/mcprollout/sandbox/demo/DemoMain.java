package io.mcprollout.sandbox.demo;

import io.mcprollout.sandbox.story.ScenarioReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.FileHandler;
import java.util.logging.Handler;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** {@code DemoMain good|bad|outage|crash|all}: plays the scenarios, writes {@code target/demo/report.json}, ends with 1 when one ended otherwise than expected. */
public final class DemoMain {

    private static final Path FOLDER = Path.of("target", "demo");

    private DemoMain() {}

    /** Plays from the root of the project; {@code -Dmcprollout.controller} names the packaged controller's {@code quarkus-run.jar}. */
    public static void main(String[] args) throws IOException {
        List<Scenario> scenarios = Scenario.named(args.length == 0 ? "all" : args[0]);
        Path jar =
                Path.of(System.getProperty("mcprollout.controller", "controller/target/quarkus-app/quarkus-run.jar"));
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is missing; build it with `make demo`");
        }
        Files.createDirectories(FOLDER);
        logToFile(FOLDER.resolve("sandbox.log"));
        DemoConsole console = DemoConsole.open();
        List<ScenarioReport> reports = new ArrayList<>();
        for (Scenario scenario : scenarios) {
            console.say("\n" + scenario.id() + ": " + scenario.title() + "; expected: " + scenario.expected()
                    + " (numbers: demo-policy.yaml)");
            ScenarioReport report = new DemoRun(
                            scenario,
                            jar.toAbsolutePath().resolveSibling(""),
                            Path.of("deploy", "crds"),
                            FOLDER,
                            console)
                    .play();
            reports.add(report);
            ScenarioReport.write(reports, FOLDER.resolve("report.json"));
            console.say(report.summary());
        }
        System.exit(reports.stream().allMatch(ScenarioReport::isAsExpected) ? 0 : 1);
    }

    /* What servers and libraries log would tear the picture apart. */
    private static void logToFile(Path file) throws IOException {
        Logger root = Logger.getLogger("");
        for (Handler handler : root.getHandlers()) {
            root.removeHandler(handler);
        }
        FileHandler handler = new FileHandler(file.toString());
        handler.setFormatter(new SimpleFormatter());
        root.addHandler(handler);
    }
}
