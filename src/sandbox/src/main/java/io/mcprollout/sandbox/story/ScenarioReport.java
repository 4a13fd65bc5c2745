package io.mcprollout.sandbox.story;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.agent.CallCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How one scenario went.
 *
 * @param outcome the phase in which it ended, with a suffix where something else was wrong
 * @param seconds from the release to that end
 * @param load who called, in words
 * @param silentSeconds from the fault to the moment after which the gateway sent nothing to the new version, {@code null} when it was not measured
 */
public record ScenarioReport(
        Plot plot,
        String outcome,
        double seconds,
        CallCounts calls,
        String load,
        Story story,
        @Nullable Double silentSeconds) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** Whether it ended as the plot says. */
    public boolean isAsExpected() {
        return outcome.equals(plot.expected());
    }

    /** Writes the reports as a JSON array, see the README for its members. */
    public static void write(List<ScenarioReport> reports, Path file) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        reports.forEach(report -> array.add(report.toJson()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writeValue(file.toFile(), array);
    }

    /** One line for people. */
    public String summary() {
        Double back = story.faultToStable();
        return String.format(
                Locale.ROOT,
                "%s: %s %s after %.1f s%s%s; %d agent calls, %d failed (%d by the canary's fault), %s",
                isAsExpected() ? "ok" : "NOT AS EXPECTED",
                plot.id(),
                outcome,
                seconds,
                back == null ? "" : String.format(Locale.ROOT, ", %.1f s from fault to 100/0", back),
                silentSeconds == null
                        ? ""
                        : String.format(Locale.ROOT, ", %.1f s from fault to the gateway's silence", silentSeconds),
                calls.calls(),
                calls.failed(),
                calls.failedByCanaryFault(),
                load);
    }

    ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode()
                .put("scenario", plot.id())
                .put("outcome", outcome)
                .put("expected", plot.expected())
                .put("seconds", seconds)
                .put("faultToStableSeconds", story.faultToStable())
                .put("calls", calls.calls())
                .put("failedCalls", calls.failed())
                .put("failedByCanaryFault", calls.failedByCanaryFault());
        if (silentSeconds != null) {
            json.put("envoySilentSeconds", silentSeconds);
        }
        ArrayNode weights = json.putArray("weights");
        story.weights().forEach(at -> weights.addArray().add(at.seconds()).add(at.weight()));
        ArrayNode decisions = json.putArray("decisions");
        story.decisions()
                .forEach(said -> decisions
                        .addObject()
                        .put("seconds", said.seconds())
                        .put("phase", said.phase())
                        .put("weight", said.weight())
                        .put("message", said.message()));
        return json;
    }
}
