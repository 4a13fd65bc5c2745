package io.mcprollout.sandbox.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.sandbox.agent.LoadCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How one scenario went. */
record ScenarioReport(Scenario scenario, String outcome, double seconds, LoadCounts calls, Story story) {

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    boolean isAsExpected() {
        return outcome.equals(scenario.expected());
    }

    /** Writes the reports as a JSON array, see the README for its members. */
    static void write(List<ScenarioReport> reports, Path file) throws IOException {
        ArrayNode array = JSON.createArrayNode();
        reports.forEach(report -> array.add(report.toJson()));
        Files.createDirectories(file.toAbsolutePath().getParent());
        JSON.writeValue(file.toFile(), array);
    }

    ObjectNode toJson() {
        ObjectNode json = JSON.createObjectNode()
                .put("scenario", scenario.id())
                .put("outcome", outcome)
                .put("expected", scenario.expected())
                .put("seconds", seconds)
                .put("faultToStableSeconds", story.faultToStable())
                .put("calls", calls.calls())
                .put("failedCalls", calls.failed())
                .put("failedByCanaryFault", calls.failedByCanaryFault());
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
