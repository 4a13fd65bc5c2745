package io.mcprollout.sandbox.engine;

import io.mcprollout.simulation.Summary;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tables in which ours stands beside the others, a line for each world.
 *
 * @param wholeRollouts what every engine made of whole rollouts, by setting
 */
record Comparison(List<List<Row>> wholeRollouts) {
    /** The tables, a new one where other engines stand beside ours. */
    String of(List<List<Row>> groups) {
        StringBuilder tables = new StringBuilder();
        String engines = "";
        for (List<Row> group : groups) {
            String now = group.stream().map(row -> row.engine().name()).collect(Collectors.joining());
            if (!now.equals(engines)) {
                List<String> head = new ArrayList<>(List.of("stable", "world"));
                group.forEach(row -> head.add(row.engine().name()));
                head.addAll(List.of("ratio", "better than ours"));
                tables.append(engines.isEmpty() ? "" : "\n").append(Cells.head(head));
                engines = now;
            }
            List<String> cells = new ArrayList<>(names(group));
            group.forEach(row -> cells.add(cell(row)));
            double fewest = group.stream()
                    .skip(1)
                    .mapToDouble(row -> row.summary().meanBadToUsers())
                    .min()
                    .orElse(Double.NaN);
            cells.add(
                    group.getFirst().setting().harmless()
                            ? ""
                            : Cells.ratio(fewest, group.getFirst().summary().meanBadToUsers()));
            cells.add(Verdicts.better(group, healthy(group.getFirst())));
            tables.append(Cells.line(cells));
        }
        return tables.append('\n').toString();
    }

    private static String cell(Row row) {
        Summary summary = row.summary();
        String shares = Cells.percent(summary.rollbackShare()) + " / " + Cells.percent(summary.promotedShare());
        String time = row.setting().harmless()
                ? Cells.seconds(summary.medianSecondsToPromote()) + "↑"
                : Cells.seconds(summary.medianSecondsToRollback());
        return marked(row, shares + ", " + time + ", " + Cells.count(summary.meanBadToUsers()));
    }

    /** With ours in bold. */
    static String marked(Row row, String text) {
        return row.engine().isOurs() ? "**" + text + "**" : text;
    }

    /** The first two cells of a line. */
    static List<String> names(List<Row> group) {
        Setting setting = group.getFirst().setting();
        return List.of(setting.stable() + " %", setting.name());
    }

    /* What each of the engines does where nothing is wrong, at the same traffic and success rate. */
    private List<Row> healthy(Row of) {
        return wholeRollouts.stream()
                .filter(group -> group.getFirst().setting().harmless()
                        && group.getFirst().engine().equals(of.engine())
                        && group.getFirst().setting().stable() == of.setting().stable()
                        && group.getFirst().setting().world().perSecond()
                                == of.setting().world().perSecond())
                .findFirst()
                .orElse(List.of());
    }
}
