package io.mcprollout.controller.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.simulation.Summary;
import java.util.Locale;

/** A calibration for people and for programs. */
final class CalibrationText {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /* Of half of the releases, or of 95 in 100, it did not happen. */
    private static final String NEVER = "-";

    private CalibrationText() {}

    static String table(String policy, Calibration asked, Calibration.Report found) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "Policy %s, %s requests/s, stable fails %s, steps %s; %d simulated releases of each kind%n%n",
                policy,
                number(asked.perSecond()),
                Calibration.percent(asked.stableFails()),
                asked.weights(),
                asked.runs()));
        text.append(String.format(
                Locale.ROOT,
                "%-28s %12s %12s %14s %14s %14s%n",
                "new version",
                "rolled back",
                "promoted",
                "median back",
                "95 % back",
                "failed to users"));
        row(text, "as good as stable", found.healthy());
        for (Calibration.Case worse : found.regressions()) {
            row(text, worse.points() == 100 ? "broken" : "fails " + worse.points() + " points more", worse.summary());
        }
        text.append(String.format(
                Locale.ROOT,
                "%nHalf of the healthy releases are promoted %s. One is rolled back by chance with a probability of at most %s (95 %% bound).%n"
                        + "Worse versions turn bad a minute after their first traffic; times are from then on.%n",
                Double.isInfinite(found.healthy().medianSecondsToPromote())
                        ? "never"
                        : "within " + time(found.healthy().medianSecondsToPromote()),
                Calibration.percent(found.healthy().rollbackUpper95())));
        found.warnings().forEach(warning -> text.append(String.format(Locale.ROOT, "%nWarning: %s%n", warning)));
        return text.toString();
    }

    private static void row(StringBuilder text, String name, Summary summary) {
        text.append(String.format(
                Locale.ROOT,
                "%-28s %11.1f%% %11.1f%% %14s %14s %14.1f%n",
                name,
                100 * summary.rollbackShare(),
                100 * summary.promotedShare(),
                time(summary.medianSecondsToRollback()),
                time(summary.p95SecondsToRollback()),
                summary.meanBadToUsers()));
    }

    private static String time(double seconds) {
        if (Double.isInfinite(seconds)) {
            return NEVER;
        }
        return seconds < 120
                ? String.format(Locale.ROOT, "%.0f s", seconds)
                : String.format(Locale.ROOT, "%.1f min", seconds / 60);
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    static String json(String policy, Calibration asked, Calibration.Report found) {
        ObjectNode report = JSON.createObjectNode()
                .put("policy", policy)
                .put("requestsPerSecond", asked.perSecond())
                .put("stableErrors", asked.stableFails())
                .put("runs", asked.runs())
                .put("seed", asked.seed());
        asked.weights().forEach(report.putArray("steps")::add);
        ObjectNode healthy = report.putObject("healthy");
        put(healthy, found.healthy());
        healthy.put("falseRollbackUpper95", found.healthy().rollbackUpper95());
        seconds(healthy, "medianSecondsToPromote", found.healthy().medianSecondsToPromote());
        var list = report.putArray("regressions");
        for (Calibration.Case worse : found.regressions()) {
            ObjectNode one = list.addObject().put("points", worse.points());
            put(one, worse.summary());
            seconds(one, "medianSecondsToRollback", worse.summary().medianSecondsToRollback());
            seconds(one, "p95SecondsToRollback", worse.summary().p95SecondsToRollback());
        }
        found.warnings().forEach(report.putArray("warnings")::add);
        return report.toPrettyString();
    }

    private static void put(ObjectNode json, Summary summary) {
        json.put("rolledBack", summary.rollbackShare())
                .put("promoted", summary.promotedShare())
                .put("meanFailedToUsers", summary.meanBadToUsers());
    }

    /* What did not happen in time has no number in JSON. */
    private static void seconds(ObjectNode json, String field, double value) {
        if (Double.isInfinite(value)) {
            json.putNull(field);
        } else {
            json.put(field, value);
        }
    }
}
