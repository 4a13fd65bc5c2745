package io.mcprollout.controller.lint;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mcprollout.controller.command.CalibrateCommand;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class LintCommandTest {
    private static final Path INHERITED = Path.of("src/test/resources/lint/inherited");
    private static final Path EXAMPLE = Path.of("../deploy/examples/stateless-server");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private String input = "";

    @TempDir
    Path folder;

    @Test
    void routesAsTheyAreOftenFoundGetExactlyWhatHurts() {
        // When
        int exit = run("-f", INHERITED.toString(), "--json");

        // Then
        assertThat(exit).isOne();
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "warning RouteTimeout routes.yaml:15",
                        "warning UnsafeRetry routes.yaml:18",
                        "note RetriesConflictOnly routes.yaml:18",
                        "warning EjectsOnlyPod routes.yaml:34",
                        "note NoIdleTimeout routes.yaml:30",
                        "warning OutsideMesh workloads.yaml:21",
                        "warning MutualTlsNotStrict workloads.yaml:27",
                        "warning EdgeProfileEndsStreams workloads.yaml:33");
    }

    @Test
    void eachSaysWhatIsWrongAndHowToMendIt() {
        // When
        run("-f", INHERITED.toString());

        // Then
        assertThat(out.toString())
                .contains("routes.yaml:15: warning: RouteTimeout, VirtualService mcp/tools spec.http[1].timeout")
                .contains("    route tools/mcp ends every answer after 30s")
                .contains("set timeout: 0s")
                .contains("repeats requests on 5xx, when the server may have begun")
                .contains("retriable-4xx repeats on 409 only, not on 429; leave it out")
                .contains("eject all pods of subset canary, which has one")
                .doesNotContain("eject all pods of subset stable")
                .contains("1 McpRollout: 0 errors, 6 warnings, 2 notes");
    }

    @Test
    void theShippedExampleHasNoErrorAndNoWarning() {
        // When
        int exit = run("-f", EXAMPLE.toString());

        // Then
        assertThat(out.toString()).contains("1 McpRollout: 0 errors, 0 warnings, 1 note");
        assertThat(exit).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "'weight: 10}, {weight: 100', 'weight: 100}, {weight: 10', InvalidSpec, spec.steps",
        "'{weight: 10}', '{wieght: 10}', InvalidSpec, 'spec.steps[0].weight'",
        "'canary: {name: tools-canary}', 'cannary: {name: x}', InvalidSpec, spec.workloads.canary",
        "'routes: [mcp]', 'routes: [chat]', RouteNotFound, 'spec.traffic.istio.virtualServices[0].routes[0]'",
        "'canarySubset: canary', 'canarySubset: green', SubsetNotFound, spec.traffic.istio.destinationRule.canarySubset",
        "'expect: [search]', 'expects: [search]', InvalidSpec, 'spec.evidence.probes[0].mcp.tools.expects'",
    })
    void whatWouldBeRefusedIsAnErrorWithItsField(String from, String to, String reason, String field)
            throws IOException {
        // Given
        copyInherited("rollout.yml", from, to);

        // When
        int exit = run("-f", folder.toString(), "--json", "--fail-on", "error");

        // Then
        assertThat(exit).isOne();
        assertThat(errors()).contains(reason + " " + field);
    }

    @Test
    void aRouteThatNeverGetsARequestIsAnError() throws IOException {
        // Given
        copyInherited("routes.yaml", "      match: [{uri: {prefix: /sse}}, {uri: {prefix: /mcp/stream}}]\n", "");

        // When
        run("-f", folder.toString(), "--json");

        // Then
        assertThat(errors()).contains("RouteShadowed spec.traffic.istio.virtualServices[0].name");
    }

    @Test
    void subsetsThatSelectTheSamePodsAreAnError() throws IOException {
        // Given
        copyInherited(
                "routes.yaml", "{name: canary, labels: {slot: canary}}", "{name: canary, labels: {slot: stable}}");

        // When
        run("-f", folder.toString(), "--json");

        // Then
        assertThat(errors()).anyMatch(error -> error.startsWith("SubsetsOverlap"));
    }

    @ParameterizedTest
    @CsvSource({
        "'      timeout: 30s', '      mirror: {host: shadow}', MirroredCalls",
        "'maxEjectionPercent: 100', 'maxEjectionPercent: 50', -EjectsOnlyPod",
        "'timeout: 30s', 'timeout: 0s', -RouteTimeout",
        "'attempts: 3', 'attempts: 0', -UnsafeRetry",
        "'retryOn: 5xx,', 'retryOn: ''503,''', UnsafeRetry",
    })
    void eachFieldDecides(String from, String to, String reason) throws IOException {
        // Given
        copyInherited("routes.yaml", from, to.replace("'503,'", "503,"));

        // When
        run("-f", folder.toString());

        // Then
        if (reason.startsWith("-")) {
            assertThat(out.toString()).contains(": NoIdleTimeout, ").doesNotContain(": " + reason.substring(1) + ",");
        } else {
            assertThat(out.toString()).contains(": " + reason + ", ");
        }
    }

    @Test
    void anAutoscalersLeastDecidesWhetherAPodIsAlone() throws IOException {
        // Given
        copyInherited("routes.yaml", "", "");
        Files.writeString(folder.resolve("hpa.yaml"), """
                apiVersion: autoscaling/v2
                kind: HorizontalPodAutoscaler
                metadata: {name: canary, namespace: mcp}
                spec:
                  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: tools-canary}
                  minReplicas: 2
                  maxReplicas: 4
                """);

        // When
        run("-f", folder.toString());

        // Then
        assertThat(out.toString()).doesNotContain("EjectsOnlyPod");
    }

    @Test
    void whatIsNotAmongTheFilesIsSaidAndNotMissed() {
        // When
        int exit = run("-f", INHERITED.resolve("rollout.yml").toString());

        // Then
        assertThat(exit).isZero();
        assertThat(out.toString())
                .contains("VirtualService mcp/tools is not among the files")
                .contains("DestinationRule mcp/tools is not among the files")
                .contains("Deployment mcp/tools-stable is not among the files")
                .contains("0 errors, 0 warnings, 4 notes");
    }

    @Test
    void standardInputIsRead() throws IOException {
        // Given
        input = Files.readString(INHERITED.resolve("rollout.yml")) + "---\n"
                + Files.readString(INHERITED.resolve("routes.yaml"));

        // When
        int exit = run("-f", "-");

        // Then
        assertThat(exit).isOne();
        assertThat(out.toString()).contains("stdin:").contains(": RouteTimeout, ");
    }

    @Test
    void sarifNamesRuleFileAndLine() throws IOException {
        // When
        run("-f", INHERITED.toString(), "--sarif");

        // Then
        JsonNode log = new ObjectMapper().readTree(out.toString());
        assertThat(log.path("version").asText()).isEqualTo("2.1.0");
        JsonNode run = log.at("/runs/0");
        List<String> rules = new ArrayList<>();
        run.at("/tool/driver/rules").forEach(rule -> rules.add(rule.path("id").asText()));
        assertThat(rules).contains("RouteTimeout", "EjectsOnlyPod").doesNotHaveDuplicates();
        assertThat(run.path("results")).allSatisfy(result -> {
            assertThat(rules).contains(result.path("ruleId").asText());
            assertThat(result.at("/level").asText()).isIn("error", "warning", "note");
            assertThat(result.at("/locations/0/physicalLocation/region/startLine")
                            .asInt())
                    .isPositive();
            assertThat(result.at("/locations/0/physicalLocation/artifactLocation/uri")
                            .asText())
                    .contains("lint/inherited/");
        });
    }

    @Test
    void failOnDecidesTheExitCode() {
        // When
        int error = run("-f", INHERITED.toString(), "--fail-on", "error");
        int warning = run("-f", INHERITED.toString(), "--fail-on", "warning");
        int never = run("-f", INHERITED.toString(), "--fail-on", "never");

        // Then
        assertThat(List.of(error, warning, never)).containsExactly(0, 1, 0);
    }

    @Test
    void filesThatCannotBeReadAreNamedAndNothingIsSaidToBeFine() throws IOException {
        // Given
        Files.writeString(folder.resolve("chart.yaml"), "metadata: {name: {{ .Values.name }}\n");
        Files.writeString(folder.resolve("glued.yaml"), "kind: Service\nkind: McpRollout\n");

        // When
        int broken = run("-f", folder.toString());
        int absent = run("-f", folder.resolve("none.yaml").toString());
        int empty = run("-f", INHERITED.resolve("routes.yaml").toString());

        // Then
        assertThat(List.of(broken, absent, empty)).containsOnly(2);
        assertThat(err.toString())
                .contains("chart.yaml is not YAML")
                .contains("helm template")
                .contains("glued.yaml is not YAML: Duplicate field 'kind'")
                .contains("none.yaml cannot be read")
                .contains("there is no McpRollout in");
        assertThat(out.toString()).isEmpty();
    }

    private void copyInherited(String file, String from, String to) throws IOException {
        try (var files = Files.list(INHERITED)) {
            for (Path each : files.toList()) {
                String name = each.getFileName().toString();
                String text = Files.readString(each);
                if (name.equals(file)) {
                    assertThat(text).contains(from);
                    text = text.replace(from, to);
                }
                Files.writeString(folder.resolve(name), text);
            }
        }
    }

    private List<String> lines() {
        return findings().stream()
                .map(found -> found.path("level").asText() + " "
                        + found.path("reason").asText() + " "
                        + Path.of(found.path("file").asText()).getFileName() + ":"
                        + found.path("line").asInt())
                .toList();
    }

    private List<String> errors() {
        return findings().stream()
                .filter(found -> found.path("level").asText().equals("error"))
                .map(found -> found.path("reason").asText() + " "
                        + found.path("field").asText())
                .toList();
    }

    private List<JsonNode> findings() {
        try {
            List<JsonNode> all = new ArrayList<>();
            new ObjectMapper().readTree(out.toString()).forEach(all::add);
            return all;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private int run(String... arguments) {
        CommandLine line = new LintCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)))
                .line(CalibrateCommand.helpOption());
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }
}
