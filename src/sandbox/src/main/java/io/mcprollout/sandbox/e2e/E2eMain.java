package io.mcprollout.sandbox.e2e;

import io.mcprollout.sandbox.story.ScenarioReport;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code E2eMain [rollout…]}: plays the rollouts, writes {@code target/e2e/report.json}, ends with 1 when one ended otherwise than expected. */
public final class E2eMain {

    private E2eMain() {}

    /** Plays from the root of the project; {@code -Dmcprollout.controller} names the packaged controller's {@code quarkus-run.jar}. */
    public static void main(String[] args) throws IOException {
        List<Rollout> rollouts = Rollout.named(List.of(args));
        Path jar =
                Path.of(System.getProperty("mcprollout.controller", "controller/target/quarkus-app/quarkus-run.jar"));
        E2eParts parts = new E2eParts(Path.of("target").toAbsolutePath(), jar.toAbsolutePath());
        parts.check();
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        List<ScenarioReport> reports = new ArrayList<>();
        for (Rollout rollout : rollouts) {
            out.println("\n" + rollout.id() + ": " + rollout.title() + "; expected: " + rollout.expected());
            Files.createDirectories(parts.folder(rollout));
            ScenarioReport report = new E2eRun(rollout, parts, out::println).play();
            reports.add(report);
            ScenarioReport.write(reports, parts.report());
            out.println(report.summary());
        }
        System.exit(reports.stream().allMatch(ScenarioReport::isAsExpected) ? 0 : 1);
    }
}
