package io.mcprollout.controller.lint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mcprollout.controller.lint.Finding.Level;
import java.util.List;
import java.util.Locale;

/** Findings for people and for programs. */
final class LintText {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectWriter PRETTY = JSON.writerWithDefaultPrettyPrinter();
    private static final String SARIF = "https://json.schemastore.org/sarif-2.1.0.json";

    private LintText() {}

    /** Two lines for each and a sum. */
    static String plain(List<Finding> findings, int rollouts) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(String.format(
                    Locale.ROOT,
                    "%s:%d: %s: %s, %s %s%n    %s%n",
                    finding.file(),
                    finding.line(),
                    finding.level().text(),
                    finding.reason(),
                    finding.object(),
                    finding.field(),
                    finding.message()));
        }
        return text.append(String.format(
                        Locale.ROOT,
                        "%s: %s, %s, %s",
                        count(rollouts, "McpRollout"),
                        count(of(findings, Level.ERROR), "error"),
                        count(of(findings, Level.WARNING), "warning"),
                        count(of(findings, Level.NOTE), "note")))
                .toString();
    }

    private static long of(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }

    private static String count(long number, String what) {
        return number + " " + what + (number == 1 ? "" : "s");
    }

    /** An array with an object for each. */
    static String json(List<Finding> findings) {
        ArrayNode all = JSON.createArrayNode();
        findings.forEach(finding -> all.addObject()
                .put("level", finding.level().text())
                .put("reason", finding.reason())
                .put("file", finding.file())
                .put("line", finding.line())
                .put("kind", finding.object().kind())
                .put("namespace", finding.object().namespace())
                .put("name", finding.object().name())
                .put("field", finding.field())
                .put("message", finding.message()));
        return pretty(all);
    }

    /** A log in SARIF 2.1.0, which code hosts show beside the lines of a change. */
    static String sarif(List<Finding> findings) {
        ObjectNode log = JSON.createObjectNode().put("$schema", SARIF).put("version", "2.1.0");
        ObjectNode run = log.putArray("runs").addObject();
        ObjectNode driver = run.putObject("tool").putObject("driver").put("name", "mcp-rollout lint");
        ArrayNode rules = driver.putArray("rules");
        findings.stream()
                .map(Finding::reason)
                .distinct()
                .sorted()
                .forEach(reason -> rules.addObject().put("id", reason));
        ArrayNode results = run.putArray("results");
        for (Finding finding : findings) {
            ObjectNode result = results.addObject()
                    .put("ruleId", finding.reason())
                    .put("level", finding.level().text());
            result.putObject("message")
                    .put("text", finding.object() + " " + finding.field() + ": " + finding.message());
            ObjectNode place = result.putArray("locations").addObject().putObject("physicalLocation");
            place.putObject("artifactLocation").put("uri", finding.file().replace('\\', '/'));
            place.putObject("region").put("startLine", finding.line());
        }
        return pretty(log);
    }

    private static String pretty(JsonNode tree) {
        try {
            return PRETTY.writeValueAsString(tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }
}
