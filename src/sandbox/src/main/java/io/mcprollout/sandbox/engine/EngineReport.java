package io.mcprollout.sandbox.engine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.engine.Setting.Table;
import io.mcprollout.simulation.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * All that was measured.
 *
 * @param rows settings in their order, engines in theirs
 * @param speed of one core, if it was measured
 * @param seconds that it took
 */
record EngineReport(List<Row> rows, Optional<Speed> speed, double seconds) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Rows of one table. */
    List<Row> of(Table table) {
        return rows.stream().filter(row -> row.setting().table() == table).toList();
    }

    /** Writes all as JSON; what is infinite or no number is null. */
    void write(Path file) {
        ObjectNode report = JSON.createObjectNode();
        report.put("processors", Runtime.getRuntime().availableProcessors())
                .put("java", System.getProperty("java.vm.version"))
                .put("seconds", round(seconds));
        speed.ifPresent(measured -> write(report, measured));
        ArrayNode list = report.putArray("settings");
        rows.forEach(row -> list.add(json(row)));
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            JSON.writeValue(file.toFile(), report);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    private static void write(ObjectNode report, Speed speed) {
        ObjectNode updates = report.putObject("fullUpdatesPerSecondAndCore");
        ObjectNode bytes = report.putObject("bytesPerFullUpdate");
        ObjectNode timed = report.putObject("fullUpdatesWithLatencyPerSecondAndCore");
        ObjectNode timedBytes = report.putObject("bytesPerFullUpdateWithLatency");
        for (Speed.Update update : speed.updates()) {
            updates.put(update.preset(), Math.round(update.plain().perSecond()));
            bytes.put(update.preset(), Math.round(update.plain().bytes()));
            timed.put(update.preset(), Math.round(update.timed().perSecond()));
            timedBytes.put(update.preset(), Math.round(update.timed().bytes()));
        }
        report.putObject("state")
                .put("encodedBytes", speed.encodedBytes())
                .put("encodesPerSecondAndCore", Math.round(speed.encode().perSecond()))
                .put("bytesPerEncode", Math.round(speed.encode().bytes()))
                .put("decodesPerSecondAndCore", Math.round(speed.decode().perSecond()))
                .put("bytesPerDecode", Math.round(speed.decode().bytes()));
    }

    private static ObjectNode json(Row row) {
        Summary summary = row.summary();
        ObjectNode json = JSON.createObjectNode()
                .put("table", row.setting().table().name())
                .put("world", row.setting().name())
                .put("stablePercent", row.setting().stable())
                .put("requestsPerSecond", row.setting().world().perSecond())
                .put("points", row.setting().points())
                .put("engine", row.engine().name())
                .put("runs", summary.runs());
        if (row.setting().harmless()) {
            json.put("falseRollback", summary.rollbackShare()).put("falseRollbackUpper95", summary.rollbackUpper95());
        } else {
            json.put("detected", summary.rollbackShare());
            put(json, "medianSecondsToRollback", summary.medianSecondsToRollback());
            put(json, "p95SecondsToRollback", summary.p95SecondsToRollback());
            put(json, "medianCanaryRequestsToRollback", summary.medianCandidateRequests());
        }
        put(json, "badRequests", summary.meanBadToUsers());
        json.put("promoted", summary.promotedShare());
        put(json, "medianSecondsToPromote", summary.medianSecondsToPromote());
        return json;
    }

    private static void put(ObjectNode json, String field, double value) {
        if (Double.isFinite(value)) {
            json.put(field, round(value));
        } else {
            json.putNull(field);
        }
    }

    private static double round(double value) {
        return Math.round(value * 100) / 100.0;
    }
}
