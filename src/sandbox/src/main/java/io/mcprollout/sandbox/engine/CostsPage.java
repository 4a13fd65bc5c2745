package io.mcprollout.sandbox.engine;

import io.mcprollout.sandbox.engine.Cost.Kind;
import io.mcprollout.simulation.Summary;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The page that says what each field of a policy costs. */
final class CostsPage {
    private final List<Cost> costs;

    CostsPage(List<Cost> costs) {
        this.costs = List.copyOf(costs);
    }

    /** Writes the page. */
    void write(Path file) {
        TextFile.write(file, markdown());
    }

    String markdown() {
        StringBuilder page = new StringBuilder("# What each field of a policy costs\n\n");
        page.append(
                "Written by `make policy-costs`; do not edit. What the fields mean is [in the reference](mcprolloutpolicy.md).\n\n");
        page.append(String.format(
                Locale.ROOT,
                "Simulated rollouts of the shipped engine on a virtual clock, %,d for each cell, the same histories in every row: preflight,"
                        + " 10, 25, 50 and 100 %% under the preset `standard` (bold), of which one field at a time is changed. Stable"
                        + " succeeds to 99 %% at 10 requests/s; for `relativeMargin` to 99.9 %% at 100 requests/s, for `deadline` and"
                        + " `onInconclusive` to 97 %% at 1 request/s. What is wrong begins 60 s after the first share of traffic.%n%n",
                runs()));
        page.append("""
                A cell is the share that went back, then the median seconds from the fault until then (a dash when fewer than half did), then
                the failed answers of the new version to users in the mean of the first hour, after a promotion too. Where nothing is wrong,
                or nothing that should send it back, it is the share with its one-sided upper 95 % bound. *Promoted* is the share within the
                hour and the median seconds from the start. A *blip* is the new version alone failing everything for a while in the step to
                10 %, an *outage* 60 % of both for two minutes, a *storm* that with a drift, bursts of 5 failures, scrape lag and 0.5 points
                more of failures (the `margin` of `standard`) at 100 requests/s. *×2* is answers that take twice as long, seen by probes only.

                """);
        costs.forEach(cost -> append(cost, page));
        return page.toString();
    }

    private int runs() {
        return costs.getFirst().rows().getFirst().summaries().getFirst().runs();
    }

    private static void append(Cost cost, StringBuilder page) {
        page.append("## ").append(cost.field()).append("\n\n");
        if (!cost.besides().isEmpty()) {
            page.append("With ").append(besides(cost)).append(".\n\n");
        }
        List<String> head = new ArrayList<>(List.of(""));
        cost.worlds().forEach(world -> {
            head.add(world.name());
            if (world.kind() == Kind.GOOD) {
                head.add("promoted");
            }
        });
        page.append(Cells.head(head));
        for (Cost.Row row : cost.rows()) {
            page.append(Cells.line(cells(cost, row)));
        }
        page.append('\n');
    }

    private static String besides(Cost cost) {
        return cost.besides().entrySet().stream()
                .map(other -> "`" + other.getKey() + ": " + other.getValue() + "`")
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static List<String> cells(Cost cost, Cost.Row row) {
        List<String> cells = new ArrayList<>(List.of(row.preset() ? "**" + row.value() + "**" : row.value()));
        for (int i = 0; i < row.summaries().size(); i++) {
            Summary summary = row.summaries().get(i);
            Cost.Case world = cost.worlds().get(i);
            cells.add(cell(world.kind(), summary));
            if (world.kind() == Kind.GOOD) {
                cells.add(Cells.percent(summary.promotedShare()) + ", " + seconds(summary.medianSecondsToPromote()));
            }
        }
        return cells;
    }

    private static String cell(Kind kind, Summary summary) {
        String found = Cells.percent(summary.rollbackShare()) + ", " + seconds(summary.medianSecondsToRollback());
        return switch (kind) {
            case GOOD, TOLERABLE -> Cells.bounded(summary);
            case SLOW -> found;
            case FAILING -> found + ", " + Cells.count(summary.meanBadToUsers());
        };
    }

    private static String seconds(double median) {
        return Cells.seconds(median) + (Double.isFinite(median) ? " s" : "");
    }
}
