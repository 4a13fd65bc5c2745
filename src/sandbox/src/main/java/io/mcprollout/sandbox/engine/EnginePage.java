package io.mcprollout.sandbox.engine;

import io.mcprollout.sandbox.engine.Setting.Table;
import io.mcprollout.simulation.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The page of the benchmark, with its plots. */
final class EnginePage {
    private static final String DETECTION_PLOT = "engine-time-to-rollback.svg";
    private static final String NULL_PLOT = "engine-false-rollback.svg";

    private static final String REMEMBERING =
            "*Hour known* is with a Prometheus that remembers stable's last hour, so that the design effect is known from the start.";

    private final EngineReport report;
    private final StringBuilder page = new StringBuilder();

    EnginePage(EngineReport report) {
        this.report = report;
    }

    /** Writes the page and, into a folder beside it, the plots. */
    void write(Path file, Path plots) {
        EnginePlots drawn = new EnginePlots(report);
        drawn.detection().write(plots.resolve(DETECTION_PLOT));
        drawn.falseRollbacks().write(plots.resolve(NULL_PLOT));
        TextFile.write(file, markdown());
    }

    String markdown() {
        intro();
        falseRollbacks();
        blips();
        reachable();
        oracle();
        closedLoop();
        onsets();
        latency();
        return page.toString();
    }

    private void intro() {
        page.append("# Benchmark of the decision engine\n\nWritten by `make bench-engine`; do not edit.\n\n");
        page.append(
                        "Every number is from simulated rollouts on a virtual clock. Ours are decided by the shipped engine and presets in a")
                .append(
                        " closed loop of preflight, 10, 25, 50, 100 % and bake; the others are our own models of the rules that Flagger and")
                .append(
                        " Argo Rollouts publish, in the same worlds and histories: success rate of the last minute against a fixed minimum,")
                .append(
                        " Flagger with threshold 5 and ≥ 99 %, Argo with failureLimit 3 and 10 min at each weight. Their readiness checks")
                .append(
                        " and webhooks are left out. *Back* is rolled back, *bad* the mean number of failed answers of the new version to")
                .append(" users within the hour, after promotion too; times are medians in seconds.\n\n");
        page.append(String.format(
                Locale.ROOT,
                "%d lines in %.0f s on %d cores, Java %s.%n%n",
                report.rows().size(),
                report.seconds(),
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("java.specification.version")));
        report.speed().ifPresent(this::speed);
    }

    private void speed(Speed speed) {
        page.append(String.format(
                Locale.ROOT,
                "One core makes %s full updates with decision a second (a probe pair, a reading that closes a block, and the judgement),"
                        + " measured by JMH in the middle of a rollout; each allocates %s, the new state included. Where the mesh tells"
                        + " of latency, it makes %s. The state of `standard` is a text of %,d bytes then, written %,.0f and read %,.0f"
                        + " times a second.%n%n",
                each(speed, "%,.0f", update -> update.plain().perSecond()),
                each(speed, "%,.1f kB", update -> update.plain().bytes() / 1000),
                each(speed, "%,.0f", update -> update.timed().perSecond()),
                speed.encodedBytes(),
                speed.encode().perSecond(),
                speed.decode().perSecond()));
    }

    private static String each(Speed speed, String format, ToDoubleFunction<Speed.Update> value) {
        return speed.updates().stream()
                .map(update ->
                        String.format(Locale.ROOT, format, value.applyAsDouble(update)) + " (" + update.preset() + ")")
                .collect(Collectors.joining(", "));
    }

    private void section(String title, String text) {
        page.append("## ").append(title).append("\n\n").append(text).append("\n\n");
    }

    private void falseRollbacks() {
        List<List<Row>> groups = groups(Table.FALSE_ROLLBACK);
        section(
                "False rollbacks",
                "Share of rollouts that went back although the new version is no worse than stable, or no worse than the margin; in"
                        + " brackets the one-sided upper 95 % bound. Preset `fast`, " + runs(groups)
                        + " rollouts in each line.\n\n![False rollbacks against volume](../img/" + NULL_PLOT + ")");
        List<String> head = new ArrayList<>(List.of("stable", "world"));
        groups.getFirst().forEach(row -> head.add(row.engine().name()));
        head.addAll(List.of("promoted", "median s", "better than ours"));
        page.append(Cells.head(head));
        for (List<Row> group : groups) {
            Summary ours = group.getFirst().summary();
            List<String> cells = new ArrayList<>(Comparison.names(group));
            group.forEach(row -> cells.add(Comparison.marked(row, Cells.bounded(row.summary()))));
            cells.add(Cells.percent(ours.promotedShare()));
            cells.add(Cells.seconds(ours.medianSecondsToPromote()));
            cells.add(Verdicts.better(group, List.of()));
            page.append(Cells.line(cells));
        }
        page.append('\n');
        List<Row> broken = groups.stream()
                .map(List::getFirst)
                .filter(row -> row.summary().rollbackUpper95() > .01)
                .toList();
        page.append(
                broken.isEmpty()
                        ? "The bound of 1 % holds in every one of these worlds.\n\n"
                        : "**Above 1 %**: "
                                + broken.stream()
                                        .map(row -> row.setting().name() + " ("
                                                + row.summary().rolledBack() + " of "
                                                + row.summary().runs() + ")")
                                        .collect(Collectors.joining("; "))
                                + ".\n\n");
    }

    private void blips() {
        List<List<Row>> groups = groups(Table.BLIP);
        section(
                "Blips of the new version alone",
                "At 10 % weight and 10 req/s the new version alone fails everything for a while: `blipTolerance` says how long that must"
                        + " not roll back. " + runs(groups) + " rollouts in each line.");
        page.append(Cells.head(List.of("preset and blip", "back")));
        groups.forEach(group -> page.append(Cells.line(List.of(
                group.getFirst().setting().name(),
                Cells.bounded(group.getFirst().summary())))));
        page.append('\n');
    }

    private void reachable() {
        List<List<Row>> groups = groups(Table.REACHABLE);
        section(
                "Time from fault to decision",
                "Preset `fast`, 10 % weight throughout, a pair a second, readings every 2 s; the fault begins so long into the step. "
                        + runs(groups) + " rollouts in each line; seconds from the fault. " + REMEMBERING);
        page.append(Cells.head(List.of(
                "stable",
                "fault",
                "found",
                "median s",
                "p95 s",
                "canary requests",
                "median s (hour known)",
                "p95 s (hour known)")));
        for (List<Row> group : groups) {
            Summary ours = group.getFirst().summary();
            Summary remembering = group.get(1).summary();
            List<String> cells = new ArrayList<>(Comparison.names(group));
            cells.add(Cells.percent(Math.min(ours.rollbackShare(), remembering.rollbackShare())));
            cells.add(Cells.seconds(ours.medianSecondsToRollback()));
            cells.add(Cells.seconds(ours.p95SecondsToRollback()));
            cells.add(Cells.count(ours.medianCandidateRequests()));
            cells.add(Cells.seconds(remembering.medianSecondsToRollback()));
            cells.add(Cells.seconds(remembering.p95SecondsToRollback()));
            page.append(Cells.line(cells));
        }
        page.append('\n');
    }

    private void oracle() {
        List<List<Row>> groups = groups(Table.ORACLE);
        section(
                "Distance from the possible",
                "Answers of the new version until the decision, against the oracle: the growth-rate optimal e-value of somebody who knows"
                        + " both true failure probabilities and the moment of the fault, with the same margin, 10 % weight, 10 req/s and"
                        + " 45 % of the same error budget. *Moment unknown* is the same oracle when nobody tells it the moment, so that it stakes"
                        + " as much on each of its looks of 20 minutes. Only the mesh sees these faults. Medians of "
                        + runs(groups) + " rollouts. Ours also waits out `blipTolerance` of 6 s and reads every 2 s. "
                        + REMEMBERING);
        page.append(Cells.head(List.of(
                "stable",
                "fault",
                "ours",
                "hour known",
                "oracle",
                "ratio",
                "ratio (hour known)",
                "oracle, moment unknown",
                "ratio",
                "ratio (hour known)")));
        for (List<Row> group : groups) {
            double ours = group.get(0).summary().medianCandidateRequests();
            double remembering = group.get(1).summary().medianCandidateRequests();
            double oracle = group.get(2).summary().medianCandidateRequests();
            double untold = group.get(3).summary().medianCandidateRequests();
            List<String> cells = new ArrayList<>(Comparison.names(group));
            cells.addAll(List.of(
                    Cells.count(ours),
                    Cells.count(remembering),
                    Cells.count(oracle),
                    Cells.ratio(ours, oracle),
                    Cells.ratio(remembering, oracle),
                    Cells.count(untold),
                    Cells.ratio(ours, untold),
                    Cells.ratio(remembering, untold)));
            page.append(Cells.line(cells));
        }
        page.append('\n');
    }

    private void closedLoop() {
        section(
                "Whole rollouts",
                "Each cell: back / promoted, median seconds to rollback (↑ to promotion where nothing is wrong), bad. *Ratio* is the fewest"
                        + " bad answers of the others against ours. The presets let harm within their budget pass by"
                        + " design: 5 % of all traffic for `fast`, 2 % for `standard`.\n\n![Time to rollback against the size of the regression](../img/"
                        + DETECTION_PLOT + ")");
        page.append(comparison().of(groups(Table.CLOSED_LOOP)));
    }

    private void onsets() {
        section(
                "Faults that begin later",
                "The new version goes wrong some time after its first share of traffic, or only where no mesh sees it. Who has promoted"
                        + " before that cannot go back. Seconds from the fault; preset `fast`, 10 req/s.");
        page.append(comparison().of(groups(Table.ONSET)));
    }

    private void latency() {
        List<List<Row>> groups = groups(Table.LATENCY);
        section(
                "Slower answers",
                "Answers take lognormally long, 80 ms in the median with σ 0.6; from 10 s after its first share the new version's take"
                        + " longer. Preset `fast`, 10 % weight throughout for half an hour; both latency streams, of probes and of the"
                        + " mesh. " + runs(groups) + " rollouts in each line; seconds from when it got slower.");
        page.append(Cells.head(List.of("world", "found", "median s", "p95 s", "canary requests")));
        for (List<Row> group : groups) {
            Summary ours = group.getFirst().summary();
            page.append(Cells.line(List.of(
                    group.getFirst().setting().name(),
                    Cells.percent(ours.rollbackShare()),
                    Cells.seconds(ours.medianSecondsToRollback()),
                    Cells.seconds(ours.p95SecondsToRollback()),
                    Cells.count(ours.medianCandidateRequests()))));
        }
        page.append('\n');
    }

    private Comparison comparison() {
        return new Comparison(groups(Table.CLOSED_LOOP));
    }

    private static int runs(List<List<Row>> groups) {
        return groups.getFirst().getFirst().summary().runs();
    }

    private List<List<Row>> groups(Table table) {
        List<List<Row>> groups = new ArrayList<>();
        for (Row row : report.of(table)) {
            if (groups.isEmpty() || !groups.getLast().getFirst().setting().equals(row.setting())) {
                groups.add(new ArrayList<>());
            }
            groups.getLast().add(row);
        }
        return groups;
    }
}
