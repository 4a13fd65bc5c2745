package io.mcprollout.sandbox.engine;

import io.mcprollout.sandbox.engine.Setting.Table;
import java.util.List;
import java.util.Optional;

/** The plots of the benchmark's page, from its whole rollouts. */
record EnginePlots(EngineReport report) {
    /** Time to rollback against the size of the regression. */
    Plot detection() {
        List<Double> sizes = List.of(1.0, 2.0, 5.0, 20.0, 100.0);
        List<Plot.Line> lines = Engine.all("fast").stream()
                .map(engine -> new Plot.Line(
                        engine.name(),
                        sizes.stream()
                                .map(points -> closed(engine, points, 10)
                                        .map(row -> row.summary().medianSecondsToRollback())
                                        .orElse(Double.NaN))
                                .toList()))
                .toList();
        return new Plot(
                "Median time to rollback, stable 99 %, 10 req/s (gap: most are not rolled back)",
                "s", sizes.stream().map(Worlds::size).toList(), 1, 10_000, lines);
    }

    /** False rollbacks against traffic. */
    Plot falseRollbacks() {
        List<Double> rates = List.of(.2, 1.0, 10.0, 100.0);
        List<Plot.Line> lines = Engine.all("fast").stream()
                .map(engine -> new Plot.Line(
                        engine.name(),
                        rates.stream()
                                .map(rate -> closed(engine, 0, rate)
                                        .map(row -> 100
                                                * Math.max(1e-4, row.summary().rollbackShare()))
                                        .orElse(Double.NaN))
                                .toList()))
                .toList();
        return new Plot(
                "Equal versions that were rolled back, stable 99 % (0.01 %: none)",
                "%", rates.stream().map(rate -> rate + " req/s").toList(), .01, 100, lines);
    }

    private Optional<Row> closed(Engine engine, double points, double rate) {
        return report.of(Table.CLOSED_LOOP).stream()
                .filter(row -> row.engine().name().equals(engine.name())
                        && row.setting().points() == points
                        && row.setting().stable() == 99
                        && row.setting().world().perSecond() == rate)
                .findFirst();
    }
}
